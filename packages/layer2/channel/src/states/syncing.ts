import { equalBytes, err, ok, type Result } from '@ply/bytes'
import type { ChannelReestablish } from '@ply/wire'
import { closeAfterDataLoss, punish } from '../closing/forceClose.ts'
import { commitmentSigned, createRevocation } from '../commitment/commitmentSigned.ts'
import { signRemoteCommit } from '../commitment/signing.ts'
import { toMessage } from '../commitment/updateMessage.ts'
import type { Effect, Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import { secretIndexOf } from '../keys/perCommitmentSecret.ts'
import { findSecret } from '../keys/secretStore.ts'
import type { Channel, ChannelState, LiveState } from '../state.ts'
import { notify, send } from '../step.ts'
import { type ChannelViolation, violation } from '../violation.ts'
import { startNegotiation } from './negotiating.ts'
import { signAndAdvance } from './advance.ts'
import { advanceReadiness, announcementEffects, channelReady, fundingDepth } from './readiness.ts'

const NO_SECRET = new Uint8Array(32)

/** channel_reestablish: which messages we expect next (BOLT 2, message retransmission). */
export function createReestablish(channel: Channel, { signer }: ChannelEnv): Effect {
  const { channelId, keysId, commitments } = channel
  const { localCommit, remoteCommit, remoteSecrets } = commitments
  const lastSecret =
    remoteCommit.number === 0 ? undefined : findSecret(remoteSecrets, secretIndexOf(remoteCommit.number - 1))
  return send({
    type: 'channel_reestablish',
    channelId,
    nextCommitmentNumber: BigInt(localCommit.number + 1),
    nextRevocationNumber: BigInt(remoteCommit.number),
    yourLastPerCommitmentSecret: lastSecret ?? NO_SECRET,
    myCurrentPerCommitmentPoint: signer.perCommitmentPoint(keysId, localCommit.number),
  })
}

/** What the peer lacks. */
interface Missing {
  readonly revocation: boolean
  readonly commitment: boolean
}

/**
 * Compares the peer's numbers with ours. `data-loss` if the peer proves that we are behind. Violations:
 * `next-commitment-number-zero`, `unexpected-commitment-number`, `unexpected-revocation-number`, `wrong-last-secret`.
 */
function compareNumbers(
  channel: Channel,
  message: ChannelReestablish,
  { signer }: ChannelEnv,
): Result<Missing | 'data-loss', ChannelViolation> {
  const { commitments, keysId } = channel
  const { nextCommitmentNumber, nextRevocationNumber, yourLastPerCommitmentSecret } = message
  const local = BigInt(commitments.localCommit.number)
  if (nextCommitmentNumber === 0n) return err(violation('next-commitment-number-zero', 'next_commitment_number 0'))
  // A number past 48 bits names no secret.
  const secretNumber = nextRevocationNumber - 1n
  if (secretNumber >= 1n << 48n || nextRevocationNumber < local - 1n) {
    return err(violation('unexpected-revocation-number', `${nextRevocationNumber}, we are at ${local}`))
  }
  const expected = secretNumber < 0n ? NO_SECRET : signer.perCommitmentSecret(keysId, Number(secretNumber))
  if (!equalBytes(expected, yourLastPerCommitmentSecret)) {
    return err(violation('wrong-last-secret', `for next_revocation_number ${nextRevocationNumber}`))
  }
  if (nextRevocationNumber > local) return ok('data-loss')
  const signed = BigInt((commitments.nextRemoteCommit?.commit ?? commitments.remoteCommit).number)
  const commitment = commitments.nextRemoteCommit !== undefined && nextCommitmentNumber === signed
  if (!commitment && nextCommitmentNumber !== signed + 1n) {
    return err(violation('unexpected-commitment-number', `${nextCommitmentNumber}, next is ${signed + 1n}`))
  }
  return ok({ revocation: nextRevocationNumber === local - 1n, commitment })
}

/** The lost messages, in the order in which they first went out. */
function retransmit(channel: Channel, missing: Missing, env: ChannelEnv): readonly Effect[] {
  const { channelId, commitments } = channel
  const { nextRemoteCommit, localCommit, localChanges } = commitments
  const revocation = missing.revocation
    ? [send({ type: 'revoke_and_ack', channelId, ...createRevocation(channel, env.signer) })]
    : []
  if (!missing.commitment || !nextRemoteCommit) return revocation
  const commitment = [
    ...localChanges.signed.map((update) => send(toMessage(channelId, update))),
    send(commitmentSigned(channel, signRemoteCommit(channel, nextRemoteCommit.commit, env.signer))),
  ]
  const signedFirst = nextRemoteCommit.sentAtLocalNumber < localCommit.number
  return signedFirst ? [...commitment, ...revocation] : [...revocation, ...commitment]
}

/** The peer's channel_reestablish: what was lost is sent again, and the state goes on where it was. */
export function onReestablish(inner: LiveState, message: ChannelReestablish, env: ChannelEnv): Step<ChannelState> {
  const { channel } = inner
  const missing = compareNumbers(channel, message, env)
  if (!missing.ok) return punish(inner, missing.error, env)
  if (missing.value === 'data-loss') return closeAfterDataLoss(channel, env)
  const first = channel.commitments.localCommit.number === 0 && message.nextCommitmentNumber === 1n
  const ready = first && channel.localReady ? [channelReady(channel, env)] : []
  const lost = [...ready, ...retransmit(channel, missing.value, env)]
  return resume(inner, env, lost)
}

function resume(inner: LiveState, env: ChannelEnv, lost: readonly Effect[]): Step<ChannelState> {
  const { channel } = inner
  const { channelId } = channel
  const proposed = channel.commitments.localChanges.proposed.map((update) => send(toMessage(channelId, update)))
  const shutdown = (scriptpubkey: Uint8Array): Effect => send({ type: 'shutdown', channelId, scriptpubkey })
  switch (inner.kind) {
    case 'wait-for-funding-confirmed':
    case 'wait-for-channel-ready':
      return advanceReadiness(inner, env, lost)
    case 'normal': {
      const again = inner.localShutdown ? [shutdown(inner.localShutdown)] : []
      // The peer repeats its shutdown as well, and only that one counts.
      const { remoteShutdown: _forgotten, ...state } = inner
      const announce = announcementEffects(channel, fundingDepth(channel, env.height))
      const usable = inner.localShutdown || inner.shutdownRequested ? [] : [notify({ kind: 'ready' })]
      return signAndAdvance(state, env, [...lost, ...again, ...proposed, ...usable, ...announce])
    }
    case 'shutdown':
      return signAndAdvance(inner, env, [...lost, shutdown(inner.localShutdown), ...proposed])
    case 'negotiating':
      return startNegotiation(inner, env, [...lost, shutdown(inner.localShutdown)])
  }
}
