import type { AcceptChannel } from '@ply/wire'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import { abort } from '../funding/abort.ts'
import { fundingOutput } from '../funding/initialCommitment.ts'
import { checkAcceptChannel } from '../funding/openChannel.ts'
import type { AgreedTerms, ChannelState, WaitForAcceptChannel } from '../state.ts'
import { notify, step } from '../step.ts'

/** Opener: with accept_channel both keys are known, and the wallet is asked for the funding transaction. */
export function onAcceptChannel(
  state: WaitForAcceptChannel,
  message: AcceptChannel,
  env: ChannelEnv,
): Step<ChannelState> {
  const remote = checkAcceptChannel(message, state.terms, env)
  if (!remote.ok) return abort(state.terms, remote.error)
  const terms: AgreedTerms = {
    ...state.terms,
    remote: remote.value,
    remoteFirstPoint: message.firstPerCommitmentPoint,
    minimumDepth: message.minimumDepth,
  }
  return step(
    { kind: 'wait-for-funding-transaction', terms },
    notify({ kind: 'funding-required', output: fundingOutput(terms), feeratePerKw: env.feerates.mutualClose }),
  )
}
