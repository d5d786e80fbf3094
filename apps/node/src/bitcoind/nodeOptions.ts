import type { Layer1NodeOptions } from '@ply/layer1-node'
import type { BitcoindOptions } from './bitcoindOptions.ts'

/** What the Layer 1 node is told of bitcoind's options. */
const RELAY_DELAYS = {
  inboundTrickle: DEFAULT_OPTIONS.inboundTrickle,
  outboundTrickle: DEFAULT_OPTIONS.outboundTrickle,
}

export function bitcoindNodeOptions(options: BitcoindOptions): Partial<Layer1NodeOptions> {
  const { peers, storage, mempool, mining, maxTipAge, stopAtHeight, persistMempool } = options
  return {
    listen: peers.listen,
    ...(storage.blockFileSize !== undefined && { blockFileSize: storage.blockFileSize }),
    mempool,
    mining,
    persistMempool,
    encrypted: peers.encrypted,
    // A playground relays at once; a stand-in for bitcoind takes its time on every network.
    peers: { userAgent: peers.userAgent, relayTransactions: peers.relayTransactions, ...RELAY_DELAYS },
    ...(maxTipAge !== undefined && { maxTipAge }),
    ...(stopAtHeight !== undefined && { stopAtHeight }),
  }
}
