import { unwrap } from '@ply/bytes'
import { ExtendedKey, TESTNET_VERSIONS } from '@ply/crypto'
import { REGTEST } from '@ply/primitives'
import { expect, test } from 'vitest'
import { type DerivedOutput, deriveOutputs } from './deriveOutputs.ts'
import { fixDescriptor } from './fixDescriptor.ts'
import { formatDescriptor } from './formatDescriptor.ts'
import { parseDescriptor } from './parseDescriptor.ts'

const [first, second] = [1, 2].map((i) => ExtendedKey.fromSeed(new Uint8Array(32).fill(i), TESTNET_VERSIONS).xprv)
const INDEX = 7

test.each([
  `pkh(${first}/1h/*h)`,
  `wpkh(${first}/*)`,
  `sh(wsh(sortedmulti(2,${first}/*h,${second}/0/*)))`,
  `wsh(and_v(v:pk(${first}/*h),older(5)))`,
  `tr(${first}/*h,{pk(${second}/*h),multi_a(1,${first}/5/*,${second}/6)})`,
  `tr(musig(${first}/*h,${second}/0/*))`,
  `tr(${first}/*h,pk(musig(${first},${second})/0/*))`,
  `rawtr(musig(${first}/3h,${second})/*)`,
])('%s: its output at an index is derived without secrets, and its keys come from where they did', (text) => {
  const secret = unwrap(parseDescriptor(text, REGTEST))
  const open = unwrap(parseDescriptor(formatDescriptor(secret, 'normalized'), REGTEST))
  const [output] = unwrap(deriveOutputs(secret, INDEX))
  const fixed = unwrap(parseDescriptor(formatDescriptor(fixDescriptor(open, output!)), REGTEST))
  expect(formatDescriptor(fixed)).not.toMatch(/\*|xprv|tprv/)
  const [again] = unwrap(deriveOutputs(fixed, 0))
  expect(again!.scriptPubKey).toEqual(output!.scriptPubKey)
  const named = (keys: DerivedOutput['keys']): unknown =>
    keys.map(({ publicKey, origin, participants = [], aggregateKey }) => ({
      publicKey,
      origin,
      aggregateKey,
      participants: participants.map((participant) => [participant.publicKey, participant.origin]),
    }))
  expect(named(again!.keys)).toEqual(named(output!.keys))
})
