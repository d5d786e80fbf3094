import { equalBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import type { Transaction } from '@ply/primitives'
import { createP2pkh, createP2wpkh, createP2wsh } from '@ply/script'
import type { Channel } from '../state.ts'
import { toRemoteAnchorsScript } from '../transactions/scripts.ts'
import { witnessSignature } from '../transactions/signature.ts'
import { singleSignatureWitness } from '../transactions/witness.ts'
import { outPointOf, relativeLockReady } from './chainView.ts'
import type { TrackedOutput } from './trackedOutput.ts'

/**
 * Our balance in a commitment of the peer, found by its script: it needs no per-commitment point, so that even a
 * commitment that we do not know pays us.
 */
export function resolveToRemote(
  { local, format }: Channel,
  transaction: Transaction,
  height: number,
): readonly TrackedOutput[] {
  const { paymentBasepoint } = local.keys
  const script = toRemoteAnchorsScript(paymentBasepoint)
  const keyHash = hash160(paymentBasepoint)
  const scriptPubKey = format === 'anchors' ? createP2wsh(script) : createP2wpkh(keyHash)
  const index = transaction.outputs.findIndex((output) => equalBytes(output.scriptPubKey, scriptPubKey))
  if (index < 0) return []
  const outpoint = outPointOf(transaction, index)
  const shared = {
    kind: 'claim',
    outpoint,
    output: transaction.outputs[index]!,
    key: { role: 'payment' },
    lockTime: 0,
  } as const
  const claim =
    format === 'anchors'
      ? {
          ...shared,
          scriptCode: script,
          witness: (signature: Uint8Array) => singleSignatureWitness(signature, [], script),
          sequence: 1,
        }
      : {
          ...shared,
          scriptCode: createP2pkh(keyHash),
          witness: (signature: Uint8Array) => [witnessSignature(signature), paymentBasepoint],
          sequence: 0xfffffffd,
        }
  const readyAt = format === 'anchors' ? relativeLockReady(height, 1) : height
  return [{ outpoint, action: { type: 'claim', readyAt, claim } }]
}
