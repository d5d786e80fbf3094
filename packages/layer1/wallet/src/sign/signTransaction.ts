import { assert } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import type { Entropy } from '@ply/ports'
import type { Transaction, TxOutput } from '@ply/primitives'
import { SighashCache } from '@ply/script'
import type { KeyPath } from '../keys/scriptType.ts'
import type { SecretKeys } from '../keys/secretKeys.ts'
import type { Coin } from '../state/coin.ts'
import { type SignRequest, signP2wpkh, signTaprootKeyPath } from './signInput.ts'

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

/** The transaction with the wallet's witnesses filled in (SIGHASH_ALL, or the default in taproot); others stay. */
export function signTransaction(tx: Transaction, context: SigningContext): Transaction {
  const own = new Map(context.ownInputs.map(({ index, coin }) => [index, coin]))
  const spentOutputs = tx.inputs.map((_, i) => own.get(i)?.output ?? context.otherOutputs?.get(i))
  const cache = new SighashCache(tx, spentOutputs)
  const inputs = tx.inputs.map((input, inputIndex) => {
    const coin = own.get(inputIndex)
    if (!coin) return input
    const secretKey = context.keys.secretKey(coin.key)
    return { ...input, witness: createWitness({ cache, inputIndex, secretKey }, coin.key, context.entropy) }
  })
  return { ...tx, inputs }
}

function createWitness(request: SignRequest, key: KeyPath, entropy: Entropy): readonly Uint8Array[] {
  switch (key.type) {
    case 'p2wpkh': {
      const publicKey = publicKeyFromSecret(request.secretKey)
      assert(publicKey !== undefined, 'secret key out of range')
      return signP2wpkh(request, publicKey)
    }
    case 'p2tr': {
      const signature = signTaprootKeyPath(request, { auxRand: entropy.bytes(32) })
      assert(signature !== undefined, 'the default sighash type can always be signed')
      return [signature]
    }
  }
}
