import * as ldk from 'lightningdevkit'
import type { LdkOptions } from './ldkNode.ts'

/** The parts of an LDK node that outlive its construction; LDK's objects must be kept referenced. */
export interface LdkCore {
  readonly channelManager: ldk.ChannelManager
  readonly chainMonitor: ldk.ChainMonitor
  readonly peerManager: ldk.PeerManager
  readonly graph: ldk.NetworkGraph
  readonly complaints: string[]
  readonly kept: readonly object[]
}

function createConfig(announce: boolean): ldk.UserConfig {
  const config = ldk.UserConfig.constructor_default()
  const handshake = ldk.ChannelHandshakeConfig.constructor_default()
  handshake.set_negotiate_anchors_zero_fee_htlc_tx(true)
  handshake.set_announce_for_forwarding(announce)
  handshake.set_minimum_depth(1)
  config.set_channel_handshake_config(handshake)
  const limits = ldk.ChannelHandshakeLimits.constructor_default()
  limits.set_force_announced_channel_preference(false)
  config.set_channel_handshake_limits(limits)
  // LDK takes channels with anchors only when asked, since they need a reserve for fees.
  config.set_manually_accept_inbound_channels(true)
  return config
}

/** Puts a whole LDK node together: keys, monitors, manager, router, gossip, peers. */
export function createLdkCore({ seed, world, announce = false }: LdkOptions): LdkCore {
  const complaints: string[] = []
  const logger = ldk.Logger.new_impl({
    log(record) {
      const text = `${record.get_module_path()}: ${record.get_args()}`
      if (record.get_level() >= ldk.Level.LDKLevel_Warn) complaints.push(text)
      if (process.env['PLY_LDK_LOG']) process.stderr.write(`ldk ${text}\n`)
    },
  })
  const fees = ldk.FeeEstimator.new_impl({ get_est_sat_per_1000_weight: () => world.feeratePerKw })
  const broadcaster = ldk.BroadcasterInterface.new_impl({
    broadcast_transactions(transactions) {
      for (const transaction of transactions) world.broadcast(transaction)
    },
  })
  const persister = ldk.Persist.new_impl({
    persist_new_channel: () => ldk.ChannelMonitorUpdateStatus.LDKChannelMonitorUpdateStatus_Completed,
    update_persisted_channel: () => ldk.ChannelMonitorUpdateStatus.LDKChannelMonitorUpdateStatus_Completed,
    archive_persisted_channel: () => undefined,
  })
  const noFilter = ldk.Option_FilterZ.constructor_none()
  const chainMonitor = ldk.ChainMonitor.constructor_new(noFilter, broadcaster, logger, fees, persister)
  const keys = ldk.KeysManager.constructor_new(seed, BigInt(world.now), 0)
  const graph = ldk.NetworkGraph.constructor_new(ldk.Network.LDKNetwork_Regtest, logger)
  const decay = ldk.ProbabilisticScoringDecayParameters.constructor_default()
  const scorer = ldk.ProbabilisticScorer.constructor_new(decay, graph, logger)
  const score = ldk.MultiThreadedLockableScore.constructor_new(scorer.as_Score())
  const router = ldk.DefaultRouter.constructor_new(
    graph,
    logger,
    keys.as_EntropySource(),
    score.as_LockableScore(),
    ldk.ProbabilisticScoringFeeParameters.constructor_default(),
  )
  const messageRouter = ldk.DefaultMessageRouter.constructor_new(graph, keys.as_EntropySource())
  const best = ldk.BestBlock.constructor_new(world.tip.hash, world.tip.height)
  const channelManager = ldk.ChannelManager.constructor_new(
    fees,
    chainMonitor.as_Watch(),
    broadcaster,
    router.as_Router(),
    messageRouter.as_MessageRouter(),
    logger,
    keys.as_EntropySource(),
    keys.as_NodeSigner(),
    keys.as_SignerProvider(),
    createConfig(announce),
    ldk.ChainParameters.constructor_new(ldk.Network.LDKNetwork_Regtest, best),
    world.now,
  )
  const gossip = ldk.P2PGossipSync.constructor_new(graph, ldk.Option_UtxoLookupZ.constructor_none(), logger)
  const ignorer = ldk.IgnoringMessageHandler.constructor_new()
  const peerManager = ldk.PeerManager.constructor_new(
    channelManager.as_ChannelMessageHandler(),
    gossip.as_RoutingMessageHandler(),
    ignorer.as_OnionMessageHandler(),
    ignorer.as_CustomMessageHandler(),
    world.now,
    keys.as_EntropySource().get_secure_random_bytes(),
    logger,
    keys.as_NodeSigner(),
  )
  const kept = [
    logger,
    fees,
    broadcaster,
    persister,
    keys,
    graph,
    scorer,
    score,
    router,
    messageRouter,
    gossip,
    ignorer,
  ]
  return { channelManager, chainMonitor, peerManager, graph, complaints, kept }
}
