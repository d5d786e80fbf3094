import type { LightningNode } from '@ply/lightning'

/** The pure machine as the shell uses it. */
export type NodeMachine = Pick<
  LightningNode,
  'nodeId' | 'tip' | 'signer' | 'graph' | 'handle' | 'peers' | 'channels' | 'invoices' | 'payments' | 'payment'
>
