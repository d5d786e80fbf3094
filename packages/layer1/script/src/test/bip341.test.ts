import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { publicKeyFromSecret, schnorrSign } from '@ply/crypto'
import { decodeTransaction, encodeAddress, encodeTransaction, MAIN, sats } from '@ply/primitives'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, it } from 'vitest'
import { collectInputChecks, verifyInput } from '../checker/verifyInput.ts'
import { verifySignatureCheck } from '../checker/signatureCheck.ts'
import { MANDATORY_SCRIPT_VERIFY_FLAGS } from '../interpreter/flags.ts'
import { SighashCache } from '../sighash/sighashCache.ts'
import { computeTaprootSighash, encodeTaprootSigMsg } from '../sighash/taprootSighash.ts'
import { verifyTaprootCommitment } from '../taproot/commitment.ts'
import { computeTapTweak } from '../taproot/hashes.ts'
import { computeTaprootSecretKey } from '../taproot/outputKey.ts'
import { createTaprootOutput, type TapTree } from '../taproot/tree.ts'

interface VectorLeaf {
  readonly id: number
  readonly script: string
  readonly leafVersion: number
}
type VectorTree = VectorLeaf | readonly [VectorTree, VectorTree]

interface OutputVector {
  readonly given: { readonly internalPubkey: string; readonly scriptTree: VectorTree | null }
  readonly intermediary: {
    readonly leafHashes?: readonly string[]
    readonly merkleRoot: string | null
    readonly tweak: string
    readonly tweakedPubkey: string
  }
  readonly expected: {
    readonly scriptPubKey: string
    readonly bip350Address: string
    readonly scriptPathControlBlocks?: readonly string[]
  }
}

interface SpendVector {
  readonly given: {
    readonly rawUnsignedTx: string
    readonly utxosSpent: readonly { readonly scriptPubKey: string; readonly amountSats: number }[]
  }
  readonly intermediary: Readonly<Record<string, string>>
  readonly inputSpending: readonly {
    readonly given: {
      readonly txinIndex: number
      readonly internalPrivkey: string
      readonly merkleRoot: string | null
      readonly hashType: number
    }
    readonly intermediary: Readonly<Record<string, string>>
    readonly expected: { readonly witness: readonly string[] }
  }[]
  readonly auxiliary: { readonly fullySignedTx: string }
}

function readTree(tree: VectorTree, ids: number[]): TapTree {
  if (!('id' in tree)) return [readTree(tree[0], ids), readTree(tree[1], ids)]
  ids.push(tree.id)
  return { script: hexToBytes(tree.script), leafVersion: tree.leafVersion }
}

const hexOrNone = (hex: string | null): Uint8Array | undefined => (hex === null ? undefined : hexToBytes(hex))

describe.skipIf(!hasVectors)(`bip341_wallet_vectors.json${hasVectors ? '' : `: ${missingReason}`}`, () => {
  const vectors = (
    hasVectors ? readVectorJson('bitcoin-core/bip341_wallet_vectors.json') : { scriptPubKey: [], keyPathSpending: [] }
  ) as { readonly scriptPubKey: readonly OutputVector[]; readonly keyPathSpending: readonly SpendVector[] }

  it('builds all 7 outputs', () => {
    expect(vectors.scriptPubKey.length).toBe(7)
    for (const { given, intermediary, expected } of vectors.scriptPubKey) {
      const ids: number[] = []
      const internalKey = hexToBytes(given.internalPubkey)
      const output = createTaprootOutput(internalKey, given.scriptTree ? readTree(given.scriptTree, ids) : undefined)!
      expect(output.merkleRoot ? bytesToHex(output.merkleRoot) : null).toBe(intermediary.merkleRoot)
      expect(bytesToHex(computeTapTweak(internalKey, output.merkleRoot))).toBe(intermediary.tweak)
      expect(bytesToHex(output.outputKey.publicKey)).toBe(intermediary.tweakedPubkey)
      expect(bytesToHex(output.scriptPubKey)).toBe(expected.scriptPubKey)
      expect(encodeAddress(output.scriptPubKey, MAIN)).toBe(expected.bip350Address)
      // The file lists leaves by id, which is not the order of the tree.
      output.leaves.forEach((leaf, i) => {
        expect(bytesToHex(leaf.leafHash)).toBe(intermediary.leafHashes![ids[i]!])
        expect(bytesToHex(leaf.controlBlock)).toBe(expected.scriptPathControlBlocks![ids[i]!])
        expect(verifyTaprootCommitment(leaf.controlBlock, output.outputKey.publicKey, leaf.leafHash)).toBe(true)
      })
    }
  })

  it('signs and verifies the key path spends', () => {
    let spends = 0
    for (const { given, intermediary, inputSpending, auxiliary } of vectors.keyPathSpending) {
      const spentOutputs = given.utxosSpent.map(({ scriptPubKey, amountSats }) => ({
        scriptPubKey: hexToBytes(scriptPubKey),
        value: sats(amountSats),
      }))
      const cache = new SighashCache(unwrap(decodeTransaction(hexToBytes(given.rawUnsignedTx))), spentOutputs)
      expect(bytesToHex(cache.amounts)).toBe(intermediary['hashAmounts'])
      expect(bytesToHex(cache.outputs)).toBe(intermediary['hashOutputs'])
      expect(bytesToHex(cache.prevouts)).toBe(intermediary['hashPrevouts'])
      expect(bytesToHex(cache.scripts)).toBe(intermediary['hashScriptPubkeys'])
      expect(bytesToHex(cache.sequences)).toBe(intermediary['hashSequences'])
      for (const { given: own, intermediary: steps, expected } of inputSpending) {
        const secretKey = hexToBytes(own.internalPrivkey)
        const merkleRoot = hexOrNone(own.merkleRoot)
        const internalKey = publicKeyFromSecret(secretKey)!.subarray(1)
        const tweaked = computeTaprootSecretKey(secretKey, merkleRoot)!
        expect(bytesToHex(internalKey)).toBe(steps['internalPubkey'])
        expect(bytesToHex(computeTapTweak(internalKey, merkleRoot))).toBe(steps['tweak'])
        expect(bytesToHex(tweaked)).toBe(steps['tweakedPrivkey'])
        const request = { inputIndex: own.txinIndex, hashType: own.hashType }
        expect(bytesToHex(encodeTaprootSigMsg(cache, request)!)).toBe(steps['sigMsg'])
        const hash = computeTaprootSighash(cache, request)!
        expect(bytesToHex(hash)).toBe(steps['sigHash'])
        const signature = bytesToHex(schnorrSign(hash, tweaked, new Uint8Array(32))!)
        const suffix = own.hashType === 0 ? '' : own.hashType.toString(16).padStart(2, '0')
        expect([signature + suffix]).toEqual(expected.witness)
        spends++
      }

      const signed = unwrap(decodeTransaction(hexToBytes(auxiliary.fullySignedTx)))
      expect(bytesToHex(encodeTransaction(signed))).toBe(auxiliary.fullySignedTx)
      const signedCache = new SighashCache(signed, spentOutputs)
      for (let inputIndex = 0; inputIndex < signed.inputs.length; inputIndex++) {
        const input = { cache: signedCache, inputIndex, flags: MANDATORY_SCRIPT_VERIFY_FLAGS }
        expect(verifyInput(input).ok).toBe(true)
        expect(unwrap(collectInputChecks(input)).map(verifySignatureCheck)).toEqual([true])
      }
    }
    expect(spends).toBe(7)
  })
})
