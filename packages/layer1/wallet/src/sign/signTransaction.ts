import { assert } from '@ply/bytes'
import { hash160, publicKeyFromSecret } from '@ply/crypto'
import type { Entropy } from '@ply/ports'
import type { Transaction, TxOutput } from '@ply/primitives'
import { createP2pkh, createP2wpkh, createScript, SighashCache } from '@ply/script'
import type { KeyPath } from '../keys/scriptType.ts'
import type { SecretKeys } from '../keys/secretKeys.ts'
import type { Coin } from '../state/coin.ts'
import { signLegacy, type SignRequest, signP2wpkh, signTaprootKeyPath } from './signInput.ts'

/** What signing needs beyond the transaction. */
export interface SigningContext {
  /** The wallet's inputs, by their place. */
  readonly ownInputs: readonly { readonly index: number; readonly coin: Pick<Coin, 'output' | 'key'> }[]
  /**
   * Outputs that the other inputs spend, by input index. Taproot inputs sign them all, so with a P2TR coin none may
   * be missing.
   */
  readonly otherOutputs?: ReadonlyMap<number, TxOutput>
  readonly keys: SecretKeys
  /** 32 bytes of auxiliary randomness for each Schnorr signature. */
  readonly entropy: Entropy
}

/** The transaction with the wallet's scriptSigs and witnesses filled in (SIGHASH_ALL, or the default in taproot); others stay. */
export function signTransaction(tx: Transaction, context: SigningContext): Transaction {
  const own = new Map(context.ownInputs.map(({ index, coin }) => [index, coin]))
  const spentOutputs = tx.inputs.map((_, i) => own.get(i)?.output ?? context.otherOutputs?.get(i))
  const cache = new SighashCache(tx, spentOutputs)
  const inputs = tx.inputs.map((input, inputIndex) => {
    const coin = own.get(inputIndex)
    if (!coin) return input
    const secretKey = context.keys.secretKey(coin.key)
    return { ...input, ...createScripts({ cache, inputIndex, secretKey }, coin.key, context.entropy) }
  })
  return { ...tx, inputs }
}

const EMPTY = new Uint8Array(0)

function createScripts(
  request: SignRequest,
  key: KeyPath,
  entropy: Entropy,
): Pick<Transaction['inputs'][number], 'scriptSig' | 'witness'> {
  const publicKey = publicKeyFromSecret(request.secretKey)
  assert(publicKey !== undefined, 'secret key out of range')
  switch (key.type) {
    case 'p2wpkh':
      return { scriptSig: EMPTY, witness: signP2wpkh(request, publicKey) }
    case 'p2sh-p2wpkh': {
      const redeemScript = createP2wpkh(hash160(publicKey))
      return { scriptSig: createScript([redeemScript]), witness: signP2wpkh(request, publicKey) }
    }
    case 'p2pkh': {
      const signature = signLegacy(request, createP2pkh(hash160(publicKey)))
      return { scriptSig: createScript([signature, publicKey]), witness: [] }
    }
    case 'p2tr': {
      const signature = signTaprootKeyPath(request, { auxRand: entropy.bytes(32) })
      assert(signature !== undefined, 'the default sighash type can always be signed')
      return { scriptSig: EMPTY, witness: [signature] }
    }
  }
}
