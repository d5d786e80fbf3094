import type { OpenChannel } from '@ply/wire'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import { abort } from '../funding/abort.ts'
import { createLocalParameters } from '../funding/checkParameters.ts'
import { checkOpenChannel, createAcceptChannel, parametersOf } from '../funding/openChannel.ts'
import type { AgreedTerms, ChannelState, WaitForOpenChannel } from '../state.ts'
import { send, step } from '../step.ts'

/** Accepter: open_channel is answered with accept_channel. */
export function onOpenChannel(state: WaitForOpenChannel, message: OpenChannel, env: ChannelEnv): Step<ChannelState> {
  const { remoteNodeId, keysId } = state
  const { temporaryChannelId, fundingSatoshis } = message
  const format = checkOpenChannel(message, env)
  if (!format.ok) return abort({ temporaryChannelId, remoteNodeId }, format.error)
  const remote = parametersOf(message)
  const terms: AgreedTerms = {
    temporaryChannelId,
    remoteNodeId,
    keysId,
    isOpener: false,
    announceChannel: (message.channelFlags & 1) !== 0,
    format: format.value,
    fundingSatoshis,
    pushMsat: message.pushMsat,
    feeratePerKw: message.feeratePerKw,
    local: createLocalParameters(keysId, { fundingSatoshis, remoteDustLimit: remote.dustLimitSatoshis }, env),
    closeScript: env.walletScript,
    remote,
    remoteFirstPoint: message.firstPerCommitmentPoint,
    minimumDepth: env.policy.minimumDepth,
  }
  return step({ kind: 'wait-for-funding-created', terms }, send(createAcceptChannel(terms, env)))
}
