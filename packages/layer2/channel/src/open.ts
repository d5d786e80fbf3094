import type { Msats, Sats } from '@ply/primitives'
import type { ChannelId, NodeId } from '@ply/wire'
import type { Step } from './effect.ts'
import type { ChannelEnv } from './env.ts'
import { abandon } from './funding/abort.ts'
import { createLocalParameters } from './funding/checkParameters.ts'
import { checkOpeningAmounts, createOpenChannel } from './funding/openChannel.ts'
import type { CommitmentFormat } from './parameters.ts'
import type { ChannelState, OpeningTerms, WaitForOpenChannel } from './state.ts'
import { send, step, violationText } from './step.ts'

/** What our own node asks for when it opens a channel. */
export interface OpenRequest {
  /** 32 random bytes each. */
  readonly temporaryChannelId: ChannelId
  readonly keysId: Uint8Array
  readonly remoteNodeId: NodeId
  readonly fundingSatoshis: Sats
  readonly pushMsat: Msats
  readonly announceChannel: boolean
  readonly format: CommitmentFormat
}

/**
 * Starts a channel as its opener (BOLT 2, sending open_channel). A request that breaks our own rules ends in `closed`
 * with the violation as its reason.
 */
export function openChannel(request: OpenRequest, env: ChannelEnv): Step<ChannelState> {
  const terms: OpeningTerms = {
    ...request,
    isOpener: true,
    feeratePerKw: Math.max(env.feerates.commitment, env.policy.minFeeratePerKw),
    local: createLocalParameters(request.keysId, request, env),
    closeScript: env.walletScript,
  }
  const amounts = checkOpeningAmounts(terms, terms.local.channelReserveSatoshis, env)
  if (!amounts.ok) return abandon(terms, violationText(amounts.error))
  return step({ kind: 'wait-for-accept-channel', terms }, send(createOpenChannel(terms, env)))
}

/** Starts a channel that a peer wants to open; its open_channel comes as the first message event. */
export const awaitChannel = (remoteNodeId: NodeId, keysId: Uint8Array): WaitForOpenChannel => ({
  kind: 'wait-for-open-channel',
  remoteNodeId,
  keysId,
})
