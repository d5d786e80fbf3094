import { concatBytes } from '@ply/bytes'
import { ecdsaSign, encodeDer, hash160, publicKeyFromSecret } from '@ply/crypto'
import { computeTxid, type Transaction, type TxOutput } from '@ply/primitives'
import { computeSegwitV0Sighash, createP2pkh, SIGHASH_ALL, SighashCache } from '@ply/script'

/** Spends the first `count` outputs of `parent`, P2WPKH of `secretKey` all of them, each with a signature of its own. */
export function spendSigned(
  parent: Transaction,
  count: number,
  { secretKey, outputs }: { readonly secretKey: Uint8Array; readonly outputs: readonly TxOutput[] },
): Transaction {
  const publicKey = publicKeyFromSecret(secretKey)!
  const inputs = Array.from({ length: count }, (_, index) => ({
    prevout: { txid: computeTxid(parent), index },
    scriptSig: new Uint8Array(0),
    sequence: 0xffffffff,
    witness: [] as Uint8Array[],
  }))
  const unsigned: Transaction = { version: 2, inputs, outputs, lockTime: 0 }
  const cache = new SighashCache(unsigned, parent.outputs.slice(0, count))
  const scriptCode = createP2pkh(hash160(publicKey))
  return {
    ...unsigned,
    inputs: inputs.map((input, inputIndex) => {
      const hash = computeSegwitV0Sighash(cache, { inputIndex, scriptCode, hashType: SIGHASH_ALL })
      const der = encodeDer(ecdsaSign(hash, secretKey)!)
      return { ...input, witness: [concatBytes(der, Uint8Array.of(SIGHASH_ALL)), publicKey] }
    }),
  }
}
