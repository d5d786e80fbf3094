import { assert } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { computeTaprootOutputKey, createP2pkh, createP2sh, createP2tr, createP2wpkh } from '@ply/script'
import type { ScriptType } from './scriptType.ts'

/**
 * scriptPubKey of a compressed public key: P2WPKH (BIP 84), P2TR without script path (BIP 86), P2WPKH nested in P2SH
 * (BIP 49), P2PKH (BIP 44).
 */
export function computeOutputScript(type: ScriptType, publicKey: Uint8Array): Uint8Array {
  switch (type) {
    case 'p2wpkh':
      return createP2wpkh(hash160(publicKey))
    case 'p2sh-p2wpkh':
      return createP2sh(createP2wpkh(hash160(publicKey)))
    case 'p2pkh':
      return createP2pkh(hash160(publicKey))
    case 'p2tr': {
      const outputKey = computeTaprootOutputKey(publicKey.subarray(1))
      assert(outputKey !== undefined, 'public key without a taproot output key')
      return createP2tr(outputKey.publicKey)
    }
  }
}
