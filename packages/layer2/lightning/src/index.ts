export type { Command, CommandError, CommandErrorCode, CommandResult, ForwardingPolicy } from './command.ts'
export type { NodeEffect } from './effect.ts'
export type { BlockTransaction, NodeEvent } from './event.ts'
export type { Notification } from './notification.ts'
export type {
  ChannelKey,
  ChannelView,
  InvoiceView,
  LightningNodeView,
  NetworkAddress,
  NodeConfig,
  NodeEnv,
  NodeTip,
  PaymentHashHex,
  PaymentView,
  PeerId,
  PeerView,
  RequestId,
} from './state.ts'
export { createNode, type LightningNode } from './node.ts'
export { restoreNode, type RestoreError, type StoredEntry } from './restore.ts'
export { NODE_FEATURES } from './features.ts'
