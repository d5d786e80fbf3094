import { bytesToHex, hexToBytes } from '@ply/bytes'
import { createRandom, type Random } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { decodeMiniscript } from '../miniscript/decodeMiniscript.ts'
import { encodeMiniscript } from '../miniscript/encodeMiniscript.ts'
import { formatMiniscript } from '../miniscript/formatMiniscript.ts'
import type { Miniscript, MiniscriptContext } from '../miniscript/fragment.ts'
import { explainInsanity, isValid } from '../miniscript/insanity.ts'
import { computeResourceUse, isWithinLimits } from '../miniscript/limits.ts'
import { parseMiniscript } from '../miniscript/parseMiniscript.ts'
import { hasAll } from '../miniscript/properties.ts'
import { satisfyMiniscript } from '../miniscript/satisfyMiniscript.ts'
import core from '../testdata/miniscriptTests.json' with { type: 'json' }
import { challengesOf, createSatisfier, KEYS, keyOfHash, runWitness } from './challenges.ts'
import { randomMiniscript } from './randomMiniscript.ts'

interface CoreTest {
  readonly ms: string
  /** The script in hexadecimal; `?` for any, in `tap` `=` for the same as in `wsh`. */
  readonly wsh: string
  readonly tap: string
  readonly mode: readonly string[]
  readonly ops?: number
  readonly stack?: number
  readonly witness?: number
  readonly tapWitness?: number
  readonly exec?: number
}

interface Parsed {
  readonly root: Miniscript
  readonly keys: readonly Uint8Array[]
}

/** Keys are compressed ones in hexadecimal; in tapscript their x counts. */
function parse(text: string, context: MiniscriptContext): Parsed | undefined {
  const keys: Uint8Array[] = []
  const root = parseMiniscript(text, context, (key) => keys.push(hexToBytes(key).slice(context === 'wsh' ? 0 : 1)) - 1)
  return root.ok ? { root: root.value, keys } : undefined
}

const names = ({ keys }: Parsed): string[] => keys.map(bytesToHex)
const insanityOf = (parsed: Parsed): string | undefined => {
  const insanity = explainInsanity(parsed.root, names(parsed))
  return insanity && `${formatMiniscript(insanity.node, names(parsed))} ${insanity.reason}`
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  const left = [...items]
  return items.map(() => left.splice(random.below(left.length), 1)[0]!)
}

/** Meets the challenges of an expression one after the other, in any order, and looks at the witness after each. */
function checkSatisfactions(parsed: Parsed, random: Random): void {
  const { root, keys } = parsed
  const script = encodeMiniscript(root, keys)
  const tapscript = root.context === 'tapscript'
  const sane = insanityOf(parsed) === undefined
  const use = computeResourceUse(root)
  const met = new Set<string>()
  let [satisfied, safely] = [false, false]
  for (const challenge of ['', ...shuffle([...challengesOf(root, keys)], random)]) {
    met.add(challenge)
    const found = satisfyMiniscript(root, createSatisfier(met, keys))
    if (!found) {
      // More challenges met never take a witness away.
      expect(satisfied).toBe(false)
      continue
    }
    satisfied = true
    const verdict = runWitness(script, found.stack, { tapscript, met })
    // Limits are all that a witness may fail by, and if they are known to hold not even they.
    if (isWithinLimits(root) && !found.malleable) expect(verdict).toBeUndefined()
    else expect([undefined, 'OP_COUNT', 'STACK_SIZE']).toContain(verdict)
    if (found.malleable) {
      expect(sane).toBe(false)
      if (challenge.startsWith('key ')) expect(safely).toBe(false)
      safely = false
      continue
    }
    safely = true
    expect(found.stack.length).toBeLessThanOrEqual(use!.stackItems)
    const size = found.stack.reduce((sum, item) => sum + 1 + item.length, 0)
    expect(size).toBeLessThanOrEqual(use!.witnessSize)
  }
  if (use) expect(satisfied).toBe(true)
  else if (sane) expect(satisfied).toBe(false)
}

function checkScript({ root, keys }: Parsed): void {
  const script = encodeMiniscript(root, keys)
  expect(script.length).toBe(root.scriptSize)
  const decoded = decodeMiniscript(script, root.context, keyOfHash)
  expect(decoded.ok && bytesToHex(encodeMiniscript(decoded.value.root, decoded.value.keys))).toBe(bytesToHex(script))
  // What is written is read as the same.
  const text = formatMiniscript(root, keys.map(bytesToHex))
  const again: Uint8Array[] = []
  const reread = parseMiniscript(text, root.context, (key) => again.push(hexToBytes(key)) - 1)
  expect(reread.ok && formatMiniscript(reread.value, again.map(bytesToHex))).toBe(text)
}

function runCore(ms: string, context: MiniscriptContext, expected: CoreTest): void {
  const { mode } = expected
  const parsed = parse(ms, context)
  const elsewhere = context === 'wsh' ? 'P2WSH_INVALID' : 'TAPSCRIPT_INVALID'
  if (mode.includes('INVALID') || mode.includes(elsewhere)) {
    expect(parsed !== undefined && isValid(parsed.root)).toBe(false)
    return
  }
  expect(parsed !== undefined && isValid(parsed.root) && hasAll(parsed.root.type, 'B')).toBe(true)
  const { root, keys } = parsed!
  const script = context === 'wsh' || expected.tap === '=' ? expected.wsh : expected.tap
  if (script !== '?') expect(bytesToHex(encodeMiniscript(root, keys))).toBe(script)
  checkScript(parsed!)
  expect(hasAll(root.type, 'm')).toBe(mode.includes('NONMAL'))
  expect(hasAll(root.type, 's')).toBe(mode.includes('NEEDSIG'))
  expect(hasAll(root.type, 'k')).toBe(!mode.includes('TIMELOCKMIX'))
  const use = computeResourceUse(root)
  const witness = context === 'wsh' ? expected.witness : expected.tapWitness
  if (expected.ops !== undefined) expect(use?.opcodes).toBe(expected.ops)
  if (expected.stack !== undefined) expect(use?.stackItems).toBe(expected.stack)
  if (witness !== undefined) expect(use?.witnessSize).toBe(witness)
  if (expected.exec !== undefined) expect(use?.executionItems).toBe(expected.exec)
  checkSatisfactions(parsed!, createRandom(379))
}

const key = (n: number): string => bytesToHex(KEYS[n]!)
const title = (text: string): string => (text.length > 100 ? `${text.slice(0, 97)}…` : text)

describe("Bitcoin Core's miniscript tests", () => {
  const tests = core.tests as readonly CoreTest[]
  test.each(tests.map((one, i) => [i, title(one.ms), one] as const))('%i in wsh: %s', (_, __, one) => {
    runCore(one.ms, 'wsh', one)
  })
  test.each(tests.map((one, i) => [i, title(one.ms), one] as const))('%i in tapscript: %s', (_, __, one) => {
    runCore(one.ms, 'tapscript', one)
  })

  const nest = (count: number, open: string): string => open.repeat(count) + `pk(${key(0)})` + ')'.repeat(count)

  test('a multi_a of 21 keys', () => {
    const ms = `multi_a(1,${Array.from({ length: 21 }, (_, i) => key(i)).join(',')})`
    const mode = ['VALID', 'NONMAL', 'NEEDSIG']
    runCore(ms, 'tapscript', { ms, wsh: '?', tap: '?', mode, ops: 22, stack: 21, exec: 22 })
    expect(parse(ms, 'wsh')).toBeUndefined()
  })

  // More than 201 opcodes, more than 100 items, more than 3600 bytes.
  test.each([99, 110, 200])('%i keys that must all sign', (count) => {
    const keys = Array.from({ length: count }, (_, i) => `pk(${key(i)})`)
    const ms = `${keys
      .slice(0, -1)
      .map((one) => `and_b(${one},a:`)
      .join('')}${keys.at(-1)!}${')'.repeat(count - 1)}`
    const mode = ['VALID', 'NONMAL', 'NEEDSIG']
    const ops = count + (count - 1) * 3
    runCore(ms, 'tapscript', { ms, wsh: '?', tap: '?', mode, ops, stack: count, exec: count + 1 })
    const legacy = parse(ms, 'wsh')
    expect(legacy && isValid(legacy.root) && isWithinLimits(legacy.root)).not.toBe(true)
  })

  test.each([
    [998, true],
    [999, false],
  ])('a script that has %i items more on the stack than it needs', (count, allowed) => {
    const parsed = parse(nest(count, 'and_b(older(1),a:'), 'tapscript')!
    expect(isWithinLimits(parsed.root)).toBe(allowed)
    expect(computeResourceUse(parsed.root)).toMatchObject({
      opcodes: 4 * count + 1,
      stackItems: 1,
      executionItems: count + 2,
    })
    checkScript(parsed)
    checkSatisfactions(parsed, createRandom(1))
  })

  test.each([
    [
      '0000210232780000feff00ffffffffffff21ff005f00ae21ae00000000060602060406564c2102320000060900fe00005f00ae21ae00100000060606060606000000000000000000000000000000000000000000000000000000000000000000',
    ],
    [`21${key(18)}ac6951`],
  ])('a script that is not in its shortest form: %s', (script) => {
    for (const context of ['wsh', 'tapscript'] as const) {
      expect(decodeMiniscript(hexToBytes(script), context, keyOfHash).ok).toBe(false)
    }
  })

  const [A, B, C] = [key(1), key(2), key(3)]
  test.each([
    [`pk(${A})`, undefined],
    [`and_v(v:pk(${A}),pk(${A}))`, 'contains duplicate public keys'],
    [`or_b(c:pk_k(${A}),ac:pk_h(${A}))`, 'contains duplicate public keys'],
    [`or_i(and_b(pk(${A}),s:pk(${B})),and_b(older(1),s:pk(${A})))`, 'contains duplicate public keys'],
    [`thresh(2,pkh(${A}),s:pk(${B}),a:and_b(dv:older(1),s:pk(${A})))`, 'malleable witnesses exist'],
    [
      `or_i(and_b(after(1),a:after(1000000000)),pk(${A}))`,
      'contains mixes of timelocks expressed in blocks and seconds',
    ],
    [`or_d(pk(${A}),1)`, 'witnesses without signature exist'],
    [`or_i(pk(${A}),or_d(pk(${B}),or_i(1,1)))`, 'malleable witnesses exist'],
  ])('what is not sane: %s', (text, reason) => {
    const found = insanityOf(parse(text, 'wsh')!)
    if (reason === undefined) expect(found).toBeUndefined()
    else expect(found).toContain(`is not sane: ${reason}`)
  })
  test('d: makes no unit in wsh, where MINIMALIF is a matter of policy', () => {
    const parsed = parse(`thresh(3,c:pk_k(${A}),sc:pk_k(${B}),sc:pk_k(${C}),sdv:older(32))`, 'wsh')
    expect(insanityOf(parsed!)).toMatch(/is invalid$/)
  })
  test('the innermost part that is not sane is named', () => {
    const parsed = parse(`or_i(and_b(after(1),a:after(1000000000)),pk(${A}))`, 'wsh')!
    expect(insanityOf(parsed)).toMatch(/^and_b\(after\(1\),a:after\(1000000000\)\) is not sane/)
  })
  test('what cannot be satisfied', () => {
    expect(insanityOf(parse(`and_b(pk(${A}),a:0)`, 'wsh')!)).toMatch(/is not satisfiable$/)
  })
  test.each([
    'after(-1)',
    'after(+1)',
    `thresh(-1,pk(${A}))`,
    `multi(+1,${A})`,
    '',
    '2',
    'pk',
    'pk(',
    'and_v(1',
    'x:1',
    ':1',
    'vv:1',
    'and_v(1,1)1',
    'multi(1)',
    'sha256(00)',
  ])('no expression: %s', (text) => {
    expect(parse(text, 'wsh')).toBeUndefined()
  })
})

describe('any expression', () => {
  const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 400)

  test.each(['wsh', 'tapscript'] as const)('is written and read as itself, and satisfied, in %s', (context) => {
    const random = createRandom(379)
    let [sane, insane] = [0, 0]
    for (let run = 0; run < RUNS; run++) {
      const parsed = randomMiniscript(context, random)
      if (insanityOf(parsed) === undefined) sane++
      else insane++
      checkScript(parsed)
      checkSatisfactions(parsed, random)
    }
    expect(sane).toBeGreaterThan(RUNS / 10)
    expect(insane).toBeGreaterThan(RUNS / 20)
  })

  test('expressions deeper than a call stack', () => {
    const count = 50_000
    const parsed = parse(`and_v(${'v'}:pk(${key(1)}),${'n'.repeat(count)}:1)`, 'tapscript')!
    checkScript(parsed)
    checkSatisfactions(parsed, createRandom(1))
    expect(insanityOf(parsed)).toBeUndefined()
  })

  test('texts without an end take no time', () => {
    for (const text of [
      'n'.repeat(1_000_000) + ':1',
      'vn'.repeat(500_000) + ':1',
      'or_i(1,'.repeat(200_000),
      '('.repeat(200_000),
    ]) {
      expect(parse(text, 'tapscript')).toBeUndefined()
    }
  })

  test('a threshold of more parts than the stack can hold', () => {
    const ms = `and_v(v:pk(${key(1)}),thresh(4000,${['dv:older(1)', ...Array<string>(7999).fill('sdv:older(1)')].join(',')}))`
    const parsed = parse(ms, 'tapscript')!
    expect(isWithinLimits(parsed.root)).toBe(false)
  })
})
