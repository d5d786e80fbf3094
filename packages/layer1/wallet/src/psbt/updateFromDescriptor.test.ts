import { ByteReader, bytesToHex, compareBytes, concatBytes, unwrap } from '@ply/bytes'
import { REGTEST } from '@ply/primitives'
import { type DerivedOutput, deriveOutputs, parseDescriptor } from '@ply/script'
import { expect, test } from 'vitest'
import { create, fill, read } from '../test/descriptorPsbt.ts'
import { INPUT, OUTPUT } from './fieldType.ts'
import { psbtEntries, psbtValue } from './psbtMap.ts'
import { setDerivedInput } from './updateFromDescriptor.ts'

const derive = (text: string): DerivedOutput =>
  unwrap(deriveOutputs(unwrap(parseDescriptor(fill(text), REGTEST)), 3))[0]!

// As Bitcoin Core's utxoupdatepsbt writes it.
test('the leaves of a tree stand from right to left, and make one whole tree', () => {
  const output = derive('tr(A/*,{pk(B/0/*),{pk(B/1/*),pk(B/2/*)}})')
  const [map] = read(create(output, output)).outputs
  const reader = new ByteReader(psbtValue(map!, OUTPUT.tapTree)!)
  const leaves: [number, string][] = []
  while (reader.remaining > 0) {
    const depth = reader.u8()
    expect(reader.u8()).toBe(0xc0)
    leaves.push([depth, bytesToHex(reader.varBytes())])
  }
  const scripts = output.taproot!.leaves.map(({ script }) => bytesToHex(script))
  expect(leaves).toEqual([
    [2, scripts[2]],
    [2, scripts[1]],
    [1, scripts[0]],
  ])
})

test('a participant stands in the leaves of its aggregates, each once and in order', () => {
  const output = derive('tr(A/*,{pk(musig(A,B)/0/*),{pk(musig(B,C)/1/*),pk(musig(B,C)/2/*)}})')
  const { leaves } = output.taproot!
  const hashes = leaves.map(({ leafHash }) => leafHash).sort(compareBytes)
  const [participant] = output.keys[1]!.participants!.filter(({ publicKey }) =>
    output.keys[2]!.participants!.some((other) => bytesToHex(other.publicKey) === bytesToHex(publicKey)),
  )
  const [map] = create(output, output).inputs
  const named = psbtEntries(map!, INPUT.tapBip32Derivation).find(
    ({ keyData }) => bytesToHex(keyData) === bytesToHex(participant!.publicKey.subarray(1)),
  )
  expect(bytesToHex(named!.value.subarray(0, 1 + 3 * 32))).toBe(bytesToHex(concatBytes(Uint8Array.of(3), ...hashes)))
})

test('without origins there are scripts, internal key and participants, and no more', () => {
  const types = (text: string): number[] => [
    ...new Set(setDerivedInput([], derive(text), { origins: false }).map(({ type }) => type)),
  ]
  expect(types('wpkh(A/*)')).toEqual([])
  expect(types('sh(wsh(multi(1,A/*,B/*)))')).toEqual([INPUT.redeemScript, INPUT.witnessScript])
  expect(types('rawtr(musig(A,B)/*)')).toEqual([INPUT.musig2Participants])
  expect(types('tr(musig(A,B)/*,pk(C/*))')).toEqual([
    INPUT.tapLeafScript,
    INPUT.tapInternalKey,
    INPUT.tapMerkleRoot,
    INPUT.musig2Participants,
  ])
})
