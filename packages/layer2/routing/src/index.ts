export { gossipViolation, type GossipViolation, type GossipViolationCode } from './violation.ts'
export {
  checkChannelAnnouncement,
  computeFundingScript,
  type PendingChannel,
} from './announcement/channelAnnouncement.ts'
export {
  checkChannelUpdate,
  isDisabled,
  isDontForward,
  updateDirection,
  type ChannelUpdateContext,
} from './announcement/channelUpdate.ts'
export { checkNodeAnnouncement } from './announcement/nodeAnnouncement.ts'
export {
  createChannelAnnouncement,
  createChannelUpdate,
  createNodeAnnouncement,
  directionOf,
  signChannelAnnouncement,
  type AnnouncementSignaturePair,
  type ChannelEnd,
  type ChannelUpdatePlan,
  type NodeAnnouncementPlan,
  type SignHash,
} from './announcement/create.ts'
export {
  edgeKey,
  FORGET_SPENT_AFTER,
  NetworkGraph,
  STALE_AFTER,
  type GraphChannel,
  type GraphEdge,
  type GraphNode,
  type NodeKey,
} from './graph/networkGraph.ts'
export { computeFee, type ForwardingTerms } from './graph/policy.ts'
export { BALANCED, FEES_ONLY, SHORTEST, type CostWeights } from './pathfinding/cost.ts'
export {
  findRoute,
  MAX_CLTV_DELTA,
  MAX_HOPS,
  type Route,
  type RouteHop,
  type RouteRequest,
  type RouteViolation,
} from './pathfinding/findRoute.ts'
export { LiquidityMemory } from './pathfinding/liquidityMemory.ts'
export type { HintHop, LocalChannel } from './pathfinding/routeEdge.ts'
