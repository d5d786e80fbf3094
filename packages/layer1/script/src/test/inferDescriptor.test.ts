import { bytesToHex, equalBytes, hexToBytes, unwrap } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { MAIN } from '@ply/primitives'
import { describe, expect, test } from 'vitest'
import { type DerivedOutput, deriveOutputs } from '../descriptor/deriveOutputs.ts'
import { formatDescriptor } from '../descriptor/formatDescriptor.ts'
import { inferDescriptor, type ScriptKnowledge } from '../descriptor/inferDescriptor.ts'
import { parseDescriptor } from '../descriptor/parseDescriptor.ts'
import { createP2wsh } from '../template/templates.ts'
import { KEYS, keyOfHash } from './challenges.ts'

const key = (n: number): string => bytesToHex(KEYS[n]!)
const x = (n: number): string => key(n).slice(2)

/** Everything that the makers of an output know of it. */
const knowledgeOf = ({ redeemScript, witnessScript, taproot }: DerivedOutput): ScriptKnowledge => ({
  keyOfHash,
  scriptOfHash: (hash) => [redeemScript, witnessScript].find((script) => script && equalBytes(hash160(script), hash)),
  taprootOf: () => taproot,
})

describe('the descriptor of a script, with all that is known of it', () => {
  test.each([
    `pk(${key(1)})`,
    `pkh(${key(1)})`,
    `wpkh(${key(1)})`,
    `sh(wpkh(${key(1)}))`,
    `multi(2,${key(1)},${key(2)})`,
    `sh(multi(1,${key(1)}))`,
    `wsh(pk(${key(1)}))`,
    `wsh(pkh(${key(1)}))`,
    `sh(wsh(multi(2,${key(1)},${key(2)})))`,
    `wsh(and_v(v:pkh(${key(1)}),older(144)))`,
    `wsh(thresh(2,pk(${key(1)}),s:pk(${key(2)}),sln:after(100)))`,
    `tr(${x(1)})`,
    `tr(${x(1)},pk(${x(2)}))`,
    `tr(${x(1)},{pk(${x(2)}),{multi_a(2,${x(3)},${x(4)}),and_v(v:pkh(${x(5)}),after(700000))}})`,
    `tr(${x(1)},{{pk(${x(2)}),pk(${x(3)})},{{pk(${x(4)}),pk(${x(5)})},pk(${x(6)})}})`,
  ])('%s', (text) => {
    const [output] = unwrap(deriveOutputs(unwrap(parseDescriptor(text, MAIN)), 0))
    const found = inferDescriptor(output!.scriptPubKey, MAIN, knowledgeOf(output!))
    expect(formatDescriptor(found).split('#')[0]).toBe(text)
  })
})

test.each([
  ['76a914fcd35ddacad9f2d5be5e464639441c6065e6955d88ac', /^addr\(1/],
  ['a914fcd35ddacad9f2d5be5e464639441c6065e6955d87', /^addr\(3/],
  [`5120${x(1)}`, /^rawtr\(/],
  // Not an x of the curve.
  [`5120${'ff'.repeat(32)}`, /^addr\(bc1p/],
  ['6a', /^raw\(6a\)/],
  ['', /^raw\(\)/],
])('what a script alone says: %s', (script, expected) => {
  expect(formatDescriptor(inferDescriptor(hexToBytes(script), MAIN))).toMatch(expected)
})

test('what can never be spent is called by its miniscript all the same', () => {
  const script = hexToBytes('63007364006867007364006868')
  const found = inferDescriptor(createP2wsh(script), MAIN, { scriptOfHash: () => script })
  expect(formatDescriptor(found)).toBe('wsh(or_i(or_d(0,0),or_d(0,0)))#zwhd0j3u')
})

test('what others may change is not called by its miniscript', () => {
  // or_i(pk(A),1): no signature is needed.
  const script = hexToBytes(`6321${key(1)}ac675168`)
  const [output] = unwrap(deriveOutputs(unwrap(parseDescriptor(`raw(${bytesToHex(script)})`, MAIN)), 0))
  expect(output!.scriptPubKey).toEqual(script)
  const program = unwrap(deriveOutputs(unwrap(parseDescriptor(`wsh(pk(${key(1)}))`, MAIN)), 0))[0]!
  const found = inferDescriptor(program.scriptPubKey, MAIN, { scriptOfHash: () => script })
  expect(formatDescriptor(found)).toMatch(/^addr\(/)
})
