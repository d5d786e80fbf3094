import { equalBytes } from '@ply/bytes'
import type { FundingSigned } from '@ply/wire'
import { checkLocalCommit, numberedLocal } from '../commitment/signing.ts'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import { abort } from '../funding/abort.ts'
import { fundingEffects } from '../funding/fundingEffects.ts'
import { contextOf, createChannel, initialSpec } from '../funding/initialCommitment.ts'
import type { ChannelState, WaitForFundingSigned } from '../state.ts'
import { step } from '../step.ts'
import { violation } from '../violation.ts'

/** Opener: only a valid signature of our first commitment lets the funding transaction go. */
export function onFundingSigned(
  state: WaitForFundingSigned,
  message: FundingSigned,
  env: ChannelEnv,
): Step<ChannelState> {
  const { terms, fundingOutpoint: outpoint, fundingTransaction: transaction } = state
  if (!equalBytes(message.channelId, state.channelId)) {
    return abort(terms, violation('wrong-channel-id', 'funding_signed is for another channel'))
  }
  const context = contextOf(terms, outpoint)
  const numbered = numberedLocal(context, { number: 0, spec: initialSpec(terms) }, env.signer)
  const commit = checkLocalCommit(context, numbered, { signature: message.signature, htlcSignatures: [] })
  if (!commit.ok) return abort(terms, commit.error)
  const channel = createChannel(terms, { outpoint, transaction, height: env.height }, commit.value)
  return step({ kind: 'wait-for-funding-confirmed', channel }, ...fundingEffects(channel, env))
}
