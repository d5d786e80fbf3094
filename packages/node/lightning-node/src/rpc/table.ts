import { createRpcTable, describeMethods, type RpcTable } from '@ply/rpc'
import type { LightningNode } from '../lightningNode.ts'
import { channelMethods } from './channels.ts'
import { decodeMethods } from './decode.ts'
import { LIGHTNING_ERRORS } from './errorCases.ts'
import { graphMethods } from './graph.ts'
import { infoMethods } from './info.ts'
import { invoiceMethods } from './invoices.ts'
import { onchainMethods } from './onchain.ts'
import { paymentMethods } from './payments.ts'
import { peerMethods } from './peers.ts'
import { LIGHTNING_RESULTS } from './results.ts'

/** What a Lightning node answers behind `/lightning/<name>`, with Core Lightning's method names. */
export function createLightningRpc(node: LightningNode): RpcTable {
  const methods = [
    ...infoMethods(node),
    ...onchainMethods(node),
    ...peerMethods(node),
    ...channelMethods(node),
    ...invoiceMethods(node),
    ...paymentMethods(node),
    ...graphMethods(node),
    ...decodeMethods(),
  ]
  return createRpcTable(describeMethods(methods, { results: LIGHTNING_RESULTS, errors: LIGHTNING_ERRORS }))
}
