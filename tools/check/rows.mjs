// The table of packages and arrows of ARCHITECTURE.md, as data. `may` names packages or whole groups.
// An arrow not listed here fails the build.

const base = ['bytes', 'ports', 'crypto']
const upToConsensus = [...base, 'primitives', 'script', 'consensus']
const layer1Row5 = ['chain', 'mempool', 'p2p', 'mining', 'wallet']
const layer2Row5 = ['wire', 'transport', 'onion', 'invoice']
const layer2 = [...layer2Row5, 'channel', 'routing', 'lightning']
const io = ['storage', 'net', 'zmq', 'runtime']
const below10 = [...upToConsensus, ...layer1Row5, ...layer2, ...io]

export const rows = {
  bytes: { row: 0, may: [] },
  ports: { row: 0, may: ['bytes'] },
  crypto: { row: 1, may: ['bytes', 'ports'] },
  primitives: { row: 2, may: base },
  script: { row: 3, may: [...base, 'primitives'] },
  consensus: { row: 4, may: [...base, 'primitives', 'script'] },
  chain: { row: 5, may: upToConsensus },
  mempool: { row: 5, may: upToConsensus },
  p2p: { row: 5, may: upToConsensus },
  mining: { row: 5, may: upToConsensus },
  wallet: { row: 5, may: [...base, 'primitives', 'script'] },
  wire: { row: 5, may: [...base, 'primitives', 'script'] },
  transport: { row: 5, may: base },
  onion: { row: 5, may: [...base, 'wire', 'primitives'] },
  invoice: { row: 5, may: [...base, 'wire', 'primitives'] },
  channel: { row: 6, may: [...base, 'primitives', 'script', ...layer2Row5] },
  routing: { row: 6, may: [...base, 'primitives', 'script', ...layer2Row5] },
  lightning: { row: 7, may: [...base, 'primitives', 'script', ...layer2Row5, 'channel', 'routing'] },
  storage: { row: 9, may: base },
  net: { row: 9, may: base },
  zmq: { row: 9, may: base },
  runtime: { row: 9, may: base },
  rpc: { row: 10, may: [...base, 'primitives', 'runtime'] },
  'layer1-node': { row: 10, may: [...below10, 'rpc'] },
  'lightning-node': { row: 10, may: [...below10, 'rpc'] },
  'wallet-node': { row: 10, may: [...below10, 'rpc', 'layer1-node'] },
  esplora: { row: 10, may: [...below10, 'rpc', 'layer1-node'] },
  node: { row: 12, may: [...below10, 'rpc', 'layer1-node', 'lightning-node', 'esplora', 'wallet-node'] },
  ply: { row: 12, may: [...base, 'primitives', 'script', 'wallet', 'invoice', 'runtime', 'rpc'] },
  testkit: { row: 'T', may: base },
  vectors: { row: 'T', may: base },
  benchchain: { row: 'T', may: [...upToConsensus, 'chain', 'mining', 'runtime', 'testkit'] },
}

/** Rows 0 to 8: deterministic, without I/O. */
export const isPure = (name) => typeof rows[name]?.row === 'number' && rows[name].row <= 8

/** Only tests may import these. */
export const testOnly = ['testkit', 'vectors', 'benchchain']
