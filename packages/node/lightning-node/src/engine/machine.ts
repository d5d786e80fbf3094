import type { ChannelSigner } from '@ply/channel'
import type { NetworkGraph } from '@ply/routing'
import type { LightningNodeView, NodeEffect, NodeEnv, NodeEvent } from '@ply/lightning'

/** The pure machine as the engine drives it. */
export interface NodeMachine extends LightningNodeView {
  readonly signer: ChannelSigner
  readonly graph: NetworkGraph
  handle(event: NodeEvent, env: NodeEnv): readonly NodeEffect[]
}
