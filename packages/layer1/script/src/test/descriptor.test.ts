import { bytesToHex, compareBytes, hexToBytes, unwrap } from '@ply/bytes'
import { MAIN, REGTEST } from '@ply/primitives'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, test } from 'vitest'
import { expandMultipath, isRanged } from '../descriptor/descriptor.ts'
import { deriveOutputs } from '../descriptor/deriveOutputs.ts'
import { formatDescriptor } from '../descriptor/formatDescriptor.ts'
import { parseDescriptor } from '../descriptor/parseDescriptor.ts'
import bips from '../testdata/descriptorBips.json' with { type: 'json' }
import core from '../testdata/descriptorTests.json' with { type: 'json' }

interface Check {
  readonly prv: string
  readonly pub: string
  readonly norm: string
  readonly flags: readonly string[]
  readonly scripts: readonly (readonly string[])[]
  readonly paths?: readonly (readonly number[])[]
}

interface MultipathCheck {
  readonly prv: string
  readonly pub: string
  readonly prvs: readonly string[]
  readonly pubs: readonly string[]
  readonly norms: readonly string[]
  readonly scripts: readonly (readonly (readonly string[])[])[]
}

const parse = (text: string) => unwrap(parseDescriptor(text, MAIN))
/** Descriptors as Bitcoin Core's test compares them: without their checksums. */
const bare = (text: string): string => text.replace(/#.{8}$/, '')
const scriptsOf = (text: string, index: number): string[] =>
  unwrap(deriveOutputs(parse(text), index)).map((output) => bytesToHex(output.scriptPubKey))
const title = (text: string): string => (text.length > 100 ? `${text.slice(0, 97)}…` : text)

function runCheck({ prv, pub, norm, flags, scripts, paths }: Check): void {
  const secret = parse(prv)
  const open = parse(pub)
  expect(bare(formatDescriptor(secret))).toBe(bare(pub))
  expect(bare(formatDescriptor(open))).toBe(bare(pub))
  expect(bare(formatDescriptor(secret, 'private'))).toBe(bare(prv))
  expect(bare(formatDescriptor(secret, 'normalized'))).toBe(bare(norm))
  const ranged = flags.includes('RANGE')
  expect([isRanged(secret), isRanged(open)]).toEqual([ranged, ranged])
  const seen = new Set<string>()
  for (const index of ranged ? scripts.keys() : [0, 1, 2]) {
    const expected = scripts[ranged ? index : 0]
    expect(scriptsOf(prv, index)).toEqual(expected)
    if (flags.includes('HARDENED')) {
      expect(deriveOutputs(open, index)).toEqual({ ok: false, error: 'descriptor-needs-private-keys' })
    } else {
      expect(scriptsOf(pub, index)).toEqual(expected)
    }
    for (const output of unwrap(deriveOutputs(secret, index))) {
      for (const key of output.keys.flatMap((one) => [one, ...(one.participants ?? [])])) {
        seen.add(key.origin.path.join('/'))
      }
    }
  }
  if (paths) expect([...seen].sort()).toEqual([...new Set(paths.map((path) => path.join('/')))].sort())
}

describe("Bitcoin Core's descriptor tests", () => {
  const checks = core.checks as unknown as readonly Check[]
  test.each(checks.map((check) => [title(check.prv), check] as const))('%s', (_, check) => {
    runCheck(check)
    if (check.prv.includes("'") && check.pub.includes("'")) {
      const useH = (text: string): string => bare(text).replaceAll("'", 'h')
      runCheck({ ...check, prv: useH(check.prv), pub: useH(check.pub) })
    }
  })

  const multipath = core.multipath as unknown as readonly MultipathCheck[]
  test.each(multipath.map((check) => [title(check.pub), check] as const))('multipath %s', (_, check) => {
    const [secrets, opens] = [check.prv, check.pub].map((text) => expandMultipath(parse(text)))
    expect(secrets!.map((one) => bare(formatDescriptor(one, 'private')))).toEqual(check.prvs)
    expect(opens!.map((one) => bare(formatDescriptor(one)))).toEqual(check.pubs)
    expect(secrets!.map((one) => bare(formatDescriptor(one, 'normalized')))).toEqual(check.norms)
    check.scripts.forEach((expected, choice) => {
      expected.forEach((scripts, index) => {
        const outputs = unwrap(deriveOutputs(secrets![choice]!, index))
        expect(outputs.map((output) => bytesToHex(output.scriptPubKey))).toEqual(scripts)
      })
    })
    expect(deriveOutputs(parse(check.pub), 0)).toEqual({ ok: false, error: 'descriptor-is-multipath' })
    expect(bare(formatDescriptor(parse(check.pub)))).toBe(bare(check.pub))
  })

  const unparsable = core.unparsable as unknown as readonly (readonly [string, string, string])[]
  test.each(unparsable.map(([prv, pub, message]) => [title(pub), message, prv, pub] as const))(
    '%s: %s',
    (_, message, prv, pub) => {
      for (const text of prv === '' ? [pub] : [prv, pub]) {
        const parsed = parseDescriptor(text, MAIN, { requireChecksum: false })
        expect(parsed.ok ? 'parsed' : parsed.error.code).toBe('bad-descriptor')
        // Messages quote the keys, so the private form may say it otherwise.
        if (text === pub && !parsed.ok) expect(parsed.error.message).toBe(message)
      }
    },
  )

  test.each(core.unused as unknown as readonly (readonly [string, string])[])('%s makes no script', (prv, pub) => {
    expect(bare(formatDescriptor(parse(prv)))).toBe(pub)
    expect(bare(formatDescriptor(parse(prv), 'private'))).toBe(prv)
    expect(unwrap(deriveOutputs(parse(pub), 0))).toEqual([])
  })
})

describe.each(Object.entries(bips).filter(([number]) => number !== '380'))('vectors of BIP %s', (number, vectors) => {
  const valid = vectors.valid as unknown as readonly (readonly [string, readonly string[]])[]
  test.each(valid)('%s', (text, expected) => {
    const descriptor = parse(text)
    if (number === '389') {
      // Its texts write secret keys and hardened marks as they come.
      const forms = [formatDescriptor, (one: typeof descriptor) => formatDescriptor(one, 'private')]
      expect(forms.map((form) => expandMultipath(descriptor).map((one) => bare(form(one))))).toContainEqual(expected)
      return
    }
    const perIndex = scriptsOf(text, 0).length
    const found: string[] = []
    for (let index = 0; index * perIndex < expected.length; index++) found.push(...scriptsOf(text, index))
    expect(found).toEqual(expected)
  })

  const invalid = vectors.invalid as unknown as readonly (readonly [string, string])[]
  test.each(invalid)('%s: %s', (_, text) => {
    expect(parseDescriptor(text, MAIN).ok).toBe(false)
  })
})

describe('key expressions of BIP 380', () => {
  const { valid, invalid } = bips['380'] as unknown as Record<
    'valid' | 'invalid',
    readonly (readonly [string, string])[]
  >
  test.each(valid)('%s: %s', (_, key) => {
    expect(parseDescriptor(`pk(${key})`, MAIN).ok).toBe(true)
  })
  test.each(invalid)('%s: %s', (_, key) => {
    expect(parseDescriptor(`pk(${key})`, MAIN).ok).toBe(false)
  })
})

describe('checksums of BIP 380', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['valid', 'raw(deadbeef)#89f8spxm', true],
    ['none', 'raw(deadbeef)', true],
    ['missing', 'raw(deadbeef)#', false],
    ['too long', 'raw(deadbeef)#89f8spxmx', false],
    ['too short', 'raw(deadbeef)#89f8spx', false],
    ['error in payload', 'raw(deedbeef)#89f8spxm', false],
    ['error in checksum', 'raw(deedbeef)##9f8spxm', false],
    ['invalid characters', 'raw(Ü)#00000000', false],
  ]
  test.each(cases)('%s: %s', (_, text, valid) => {
    expect(parseDescriptor(text, MAIN).ok).toBe(valid)
  })
  test('may be demanded', () => {
    const parsed = parseDescriptor('raw(deadbeef)', MAIN, { requireChecksum: true })
    expect(parsed.ok ? '' : parsed.error.message).toBe('Missing checksum')
  })
})

interface Bip67Vector {
  readonly keys: readonly string[]
  readonly sorted_keys: readonly string[]
  readonly script: string
  readonly address: string
}

describe.skipIf(!hasVectors)(hasVectors ? 'vectors of BIP 67' : missingReason, () => {
  const vectors = hasVectors ? (readVectorJson('bitcoin-core/rpc_bip67.json') as readonly Bip67Vector[]) : []
  test.each(vectors)('keys of $address', ({ keys, sorted_keys, script, address }) => {
    const descriptor = unwrap(parseDescriptor(`sh(sortedmulti(2,${keys.join(',')}))`, REGTEST))
    const [output] = unwrap(deriveOutputs(descriptor, 0))
    expect(bytesToHex(output!.redeemScript!)).toBe(script)
    expect(keys.map(hexToBytes).sort(compareBytes).map(bytesToHex)).toEqual(sorted_keys)
    const [named] = unwrap(deriveOutputs(unwrap(parseDescriptor(`addr(${address})`, REGTEST)), 0))
    expect(output!.scriptPubKey).toEqual(named!.scriptPubKey)
  })
})
