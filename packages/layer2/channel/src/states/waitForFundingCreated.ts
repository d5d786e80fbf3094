import type { FundingCreated } from '@ply/wire'
import { checkLocalCommit, numberedLocal, signRemoteCommit } from '../commitment/signing.ts'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import { abort } from '../funding/abort.ts'
import { fundingEffects } from '../funding/fundingEffects.ts'
import { contextOf, createChannel, initialRemote, initialSpec } from '../funding/initialCommitment.ts'
import type { ChannelState, WaitForFundingCreated } from '../state.ts'
import { notify, send, step } from '../step.ts'

/** Accepter: the opener's signature of our first commitment is checked, and ours for the opener's is sent. */
export function onFundingCreated(
  { terms }: WaitForFundingCreated,
  message: FundingCreated,
  env: ChannelEnv,
): Step<ChannelState> {
  const outpoint = { txid: message.fundingTxid, index: message.fundingOutputIndex }
  const context = contextOf(terms, outpoint)
  const numbered = numberedLocal(context, { number: 0, spec: initialSpec(terms) }, env.signer)
  const commit = checkLocalCommit(context, numbered, { signature: message.signature, htlcSignatures: [] })
  if (!commit.ok) return abort(terms, commit.error)
  const channel = createChannel(terms, { outpoint, height: env.height }, commit.value)
  const { signature } = signRemoteCommit(context, initialRemote(terms), env.signer)
  const { channelId } = channel
  return step(
    { kind: 'wait-for-funding-confirmed', channel },
    notify({ kind: 'channel-id', temporaryChannelId: terms.temporaryChannelId, channelId }),
    ...fundingEffects(channel, env),
    send({ type: 'funding_signed', channelId, signature }),
  )
}
