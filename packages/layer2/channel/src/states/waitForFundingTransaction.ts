import { equalBytes } from '@ply/bytes'
import { computeTxid } from '@ply/primitives'
import { computeChannelId } from '@ply/wire'
import { signRemoteCommit } from '../commitment/signing.ts'
import type { Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelEvent } from '../event.ts'
import { abort } from '../funding/abort.ts'
import { contextOf, fundingOutput, initialRemote } from '../funding/initialCommitment.ts'
import type { ChannelState, WaitForFundingTransaction } from '../state.ts'
import { notify, send, step } from '../step.ts'
import { violation } from '../violation.ts'

/** Opener: the wallet has built the funding transaction; its outpoint and our signature go out in funding_created. */
export function onFundingReady(
  { terms }: WaitForFundingTransaction,
  { transaction, outputIndex }: Extract<ChannelEvent, { readonly type: 'funding-ready' }>,
  env: ChannelEnv,
): Step<ChannelState> {
  const expected = fundingOutput(terms)
  const output = transaction.outputs[outputIndex]
  if (!output || output.value !== expected.value || !equalBytes(output.scriptPubKey, expected.scriptPubKey)) {
    return abort(terms, violation('wrong-funding-output', 'the wallet built another output'))
  }
  const fundingOutpoint = { txid: computeTxid(transaction), index: outputIndex }
  const channelId = computeChannelId(fundingOutpoint)
  const { temporaryChannelId } = terms
  const { signature } = signRemoteCommit(contextOf(terms, fundingOutpoint), initialRemote(terms), env.signer)
  return step(
    { kind: 'wait-for-funding-signed', terms, channelId, fundingOutpoint, fundingTransaction: transaction },
    notify({ kind: 'channel-id', temporaryChannelId, channelId }),
    send({
      type: 'funding_created',
      temporaryChannelId,
      fundingTxid: fundingOutpoint.txid,
      fundingOutputIndex: outputIndex,
      signature,
    }),
  )
}
