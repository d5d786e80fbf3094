import { createRpcTable, type RpcTable } from '@ply/rpc'
import type { LightningNode } from '../lightningNode.ts'
import { channelMethods } from './channels.ts'
import { decodeMethods } from './decode.ts'
import { graphMethods } from './graph.ts'
import { infoMethods } from './info.ts'
import { invoiceMethods } from './invoices.ts'
import { onchainMethods } from './onchain.ts'
import { paymentMethods } from './payments.ts'
import { peerMethods } from './peers.ts'
import { attachResults } from './results.ts'

/** What a Lightning node answers behind `/lightning/<name>`, with Core Lightning's method names. */
export function createLightningRpc(node: LightningNode): RpcTable {
  return createRpcTable(
    attachResults([
      ...infoMethods(node),
      ...onchainMethods(node),
      ...peerMethods(node),
      ...channelMethods(node),
      ...invoiceMethods(node),
      ...paymentMethods(node),
      ...graphMethods(node),
      ...decodeMethods(),
    ]),
  )
}
