import { assert, bytesToHex } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { msats, type Transaction } from '@ply/primitives'
import { createP2wsh } from '@ply/script'
import type { Channel, HtlcRecord } from '../state.ts'
import { type CommitmentKeys, computeCommitmentKeys } from '../transactions/commitmentKeys.ts'
import type { CommittedHtlc } from '../transactions/commitmentTransaction.ts'
import { offeredHtlcScript, receivedHtlcScript, toLocalScript } from '../transactions/scripts.ts'
import { singleSignatureWitness } from '../transactions/witness.ts'
import { outPointOf } from './chainView.ts'
import { resolveToRemote } from './toRemote.ts'
import type { TrackedOutput } from './trackedOutput.ts'

const TRUE = Uint8Array.of(1)

interface RevokedResolution {
  readonly channel: Channel
  readonly transaction: Transaction
  readonly perCommitmentSecret: Uint8Array
  /** Every HTLC that ever was; undefined until it has been loaded. */
  readonly history: readonly HtlcRecord[] | undefined
  readonly height: number
}

/** Takes an output with the revocation key; `branch` stands between signature and script. */
function penalty(
  { channel, transaction, perCommitmentSecret, height }: RevokedResolution,
  { index, witnessScript, branch }: { index: number; witnessScript: Uint8Array; branch: Uint8Array },
): TrackedOutput {
  const outpoint = outPointOf(transaction, index)
  return {
    outpoint,
    action: {
      type: 'claim',
      readyAt: height,
      claim: {
        kind: 'penalty',
        outpoint,
        output: transaction.outputs[index]!,
        scriptCode: witnessScript,
        key: { role: 'revocation', perCommitmentSecret },
        witness: (signature) => singleSignatureWitness(signature, [branch], witnessScript),
        sequence: 0xfffffffd,
        lockTime: 0,
        deadline: height + channel.local.toSelfDelay,
      },
    },
  }
}

interface HtlcCandidate {
  readonly witnessScript: Uint8Array
  readonly htlc: CommittedHtlc
}

/** Scripts of all HTLCs that may be in the revoked commitment, by scriptPubKey. */
function htlcCandidates(
  { format }: Channel,
  keys: CommitmentKeys,
  history: readonly HtlcRecord[],
): Map<string, HtlcCandidate> {
  const candidates = new Map<string, HtlcCandidate>()
  for (const { direction, id, paymentHash, cltvExpiry } of history) {
    const offeredByOwner = direction === 'received'
    const witnessScript = offeredByOwner
      ? offeredHtlcScript(keys, paymentHash, format)
      : receivedHtlcScript(keys, { paymentHash, cltvExpiry }, format)
    const htlc = { id, offeredByOwner, amountMsat: msats(0), paymentHash, cltvExpiry }
    candidates.set(bytesToHex(createP2wsh(witnessScript)), { witnessScript, htlc })
  }
  return candidates
}

/**
 * The peer cheated with a revoked commitment (BOLT 5): its `to_local` and every HTLC output are taken with the
 * revocation key, and so is what its second-stage transactions make of HTLC outputs.
 */
export function resolveRevokedCommit(resolution: RevokedResolution): readonly TrackedOutput[] {
  const { channel, transaction, perCommitmentSecret, history, height } = resolution
  const point = publicKeyFromSecret(perCommitmentSecret)
  assert(point !== undefined, 'a revealed secret is a valid key')
  const keys = computeCommitmentKeys(channel.remote.keys, channel.local.keys, point)
  const delayedScript = toLocalScript(keys, channel.local.toSelfDelay)
  const delayedPubKeyScript = bytesToHex(createP2wsh(delayedScript))
  const candidates = htlcCandidates(channel, keys, history ?? [])
  const tracked = [...resolveToRemote(channel, transaction, height)]
  transaction.outputs.forEach((output, index) => {
    const key = bytesToHex(output.scriptPubKey)
    if (key === delayedPubKeyScript) {
      tracked.push(penalty(resolution, { index, witnessScript: delayedScript, branch: TRUE }))
      return
    }
    const candidate = candidates.get(key)
    if (!candidate) return
    const { witnessScript, htlc } = candidate
    tracked.push({
      ...penalty(resolution, { index, witnessScript, branch: keys.revocation }),
      htlc,
      next: (spender, _inputIndex, spentAt) =>
        spender.outputs.flatMap(({ scriptPubKey }, at) =>
          bytesToHex(scriptPubKey) === delayedPubKeyScript
            ? [
                penalty(
                  { ...resolution, transaction: spender, height: spentAt },
                  { index: at, witnessScript: delayedScript, branch: TRUE },
                ),
              ]
            : [],
        ),
    })
  })
  return tracked
}
