import { type BlockHash, REGTEST } from '@ply/primitives'
import { type Command, type Message, NETWORK_IPV4, NETWORK_IPV6, NETWORK_TORV3 } from '../index.ts'
import { coin, createTx } from './fakeNode.ts'

const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const endpoint = { services: 9n, ip: new Uint8Array(16).fill(1), port: 8333 }
const time = 1_700_000_000
const ipv4 = { time, services: 1n, network: NETWORK_IPV4, address: Uint8Array.of(10, 0, 0, 1), port: 8333 }
const ipv6 = { time, services: 1n, network: NETWORK_IPV6, address: new Uint8Array(16).fill(7), port: 18444 }
const tor = { time, services: 1033n, network: NETWORK_TORV3, address: hash(9), port: 1 }
const items = [
  { type: 1, hash: hash(1) },
  { type: 0x40000002, hash: hash(2) },
]
const locator = { locator: [hash(3), hash(4)] as BlockHash[], stop: hash(0) as BlockHash }

/** One message of each command. */
export const SAMPLES: { readonly [C in Command]: Extract<Message, { command: C }> } = {
  version: {
    command: 'version',
    version: 70016,
    services: 1033n,
    time: BigInt(time),
    receiver: endpoint,
    sender: endpoint,
    nonce: 0x1122334455667788n,
    userAgent: '/Ply:0.1.0/',
    startHeight: 7,
    relay: true,
  },
  verack: { command: 'verack' },
  ping: { command: 'ping', nonce: 1n },
  pong: { command: 'pong', nonce: 2n ** 64n - 1n },
  getaddr: { command: 'getaddr' },
  addr: { command: 'addr', addresses: [ipv4, ipv6] },
  sendheaders: { command: 'sendheaders' },
  inv: { command: 'inv', items },
  getdata: { command: 'getdata', items },
  notfound: { command: 'notfound', items: [] },
  getheaders: { command: 'getheaders', ...locator },
  headers: { command: 'headers', headers: [REGTEST.genesis.header] },
  getblocks: { command: 'getblocks', ...locator },
  block: { command: 'block', block: REGTEST.genesis },
  tx: { command: 'tx', tx: createTx([coin(1)]) },
  mempool: { command: 'mempool' },
  feefilter: { command: 'feefilter', feeRate: 100n },
  wtxidrelay: { command: 'wtxidrelay' },
  sendaddrv2: { command: 'sendaddrv2' },
  addrv2: { command: 'addrv2', addresses: [ipv4, ipv6, tor] },
  sendcmpct: { command: 'sendcmpct', announce: 0, version: 2n },
  cmpctblock: {
    command: 'cmpctblock',
    header: REGTEST.genesis.header,
    nonce: 2n ** 63n,
    shortIds: [1, 2 ** 48 - 1],
    prefilled: [{ skip: 0, tx: createTx([coin(2)]) }],
  },
  getblocktxn: { command: 'getblocktxn', hash: hash(5) as BlockHash, indexes: [0, 1, 300, 65535] },
  blocktxn: { command: 'blocktxn', hash: hash(6) as BlockHash, transactions: [createTx([coin(3)])] },
  feature: { command: 'feature', feature: { id: hash(0x61).subarray(0, 4), data: hash(1) } },
  sendtxrcncl: { command: 'sendtxrcncl', version: 1, salt: 7n },
  filterload: { command: 'filterload', data: hash(1), hashFunctions: 19, tweak: 2 ** 32 - 1, flags: 1 },
  filteradd: { command: 'filteradd', data: hash(2) },
  filterclear: { command: 'filterclear' },
  merkleblock: {
    command: 'merkleblock',
    header: REGTEST.genesis.header,
    transactionCount: 1,
    hashes: [hash(1)],
    bits: [true, false, false, false, false, false, false, false],
  },
  getcfilters: { command: 'getcfilters', filterType: 0, startHeight: 7, stop: hash(1) as BlockHash },
  getcfheaders: { command: 'getcfheaders', filterType: 0, startHeight: 8, stop: hash(2) as BlockHash },
  getcfcheckpt: { command: 'getcfcheckpt', filterType: 0, stop: hash(3) as BlockHash },
  cfilter: { command: 'cfilter', filterType: 0, block: hash(4) as BlockHash, filter: Uint8Array.of(1, 2, 3) },
  cfheaders: {
    command: 'cfheaders',
    filterType: 0,
    stop: hash(5) as BlockHash,
    previousHeader: hash(6),
    hashes: [hash(7), hash(8)],
  },
  cfcheckpt: { command: 'cfcheckpt', filterType: 0, stop: hash(9) as BlockHash, headers: [hash(1)] },
}
