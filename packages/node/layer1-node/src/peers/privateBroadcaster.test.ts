import { err, ok } from '@ply/bytes'
import { invalidTx } from '@ply/consensus'
import { AddressManager, NETWORK_NAMES, networkName, NODE_P2P_V2, parseService } from '@ply/p2p'
import type { Logger } from '@ply/ports'
import type { Transaction, Txid } from '@ply/primitives'
import { ManualClock, SeededEntropy } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { openOutput, openInput } from '../test/testNode.ts'
import { DEFAULT_CONNECTIONS } from './connectionSettings.ts'
import { PrivateBroadcaster } from './privateBroadcaster.ts'
import { Reachability } from './reachability.ts'

const NOW = 1_700_000_000_000
const ADDRESSES = [
  'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333',
  'h3r6bkn46qxftwja53pxiykntegfyfjqtnzbm6iv6r5mungmqgmq.b32.i2p:0',
  '20.0.0.1:8333',
  '[2620:fe::9]:8333',
]
const txOf = (n: number): Transaction => ({
  ...{ version: 2, lockTime: 0, inputs: [openInput(new Uint8Array(32).fill(n) as Txid)], outputs: [openOutput(1n)] },
})

interface Situation {
  readonly proxies?: Readonly<Record<string, string>>
  /** What comes of each attempt to connect. */
  readonly connects?: () => boolean
  readonly accepts?: boolean
}

function start({ proxies = { onion: '127.0.0.1:9050' }, connects = () => true, accepts = true }: Situation = {}) {
  const entropy = new SeededEntropy(1)
  const book = new AddressManager(entropy)
  for (const text of ADDRESSES) {
    const address = parseService(text, 0)!
    book.add([{ ...address, time: NOW / 1000, services: NODE_P2P_V2 }], address, { now: NOW / 1000 })
  }
  const log: string[] = []
  const logger: Logger = { log: (_, text) => void log.push(text), child: () => logger }
  const clock = new ManualClock(NOW)
  const made: { readonly network: string; readonly transport: string }[] = []
  let open = 0
  const verdict = accepts ? ok(undefined as never) : err(invalidTx('consensus', 'bad').error)
  const broadcaster = new PrivateBroadcaster({
    mempool: { testAccept: () => Promise.resolve({ message: '', results: [verdict] } as never) },
    ...{ book, clock, entropy, logger },
    reachability: new Reachability({ ...DEFAULT_CONNECTIONS, proxies }),
    services: () => NODE_P2P_V2,
    isActive: () => true,
    mayConnect: () => true,
    openConnections: () => open,
    connect: (address, { kind, transport }) => {
      expect(kind).toBe('private-broadcast')
      made.push({ network: networkName(parseService(address, 0)!.network)!, transport })
      if (!connects()) return Promise.reject(new Error('nobody answers'))
      open++
      return Promise.resolve()
    },
  })
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 400; i++) await Promise.resolve()
  }
  const pass = async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute++) {
      clock.advance(60_000)
      await settle()
    }
  }
  const networks = () => [...new Set(made.map(({ network }) => network))].sort()
  return { broadcaster, clock, log, made, networks, settle, pass }
}

describe('private connections', () => {
  it('are three for each transaction, encrypted where the peer can, to Tor alone until Tor answered', async () => {
    const { broadcaster, made, networks, settle } = start({ proxies: { onion: '127.0.0.1:9050', ipv4: '127.0.0.1:1' } })
    for (let n = 1; n <= 10; n++) expect(broadcaster.send(txOf(n))).toBe(true)
    await settle()
    expect(made).toHaveLength(30)
    expect(new Set(made.map(({ transport }) => transport))).toEqual(new Set(['v2']))
    expect(networks()).toEqual(['onion'])
  })

  it('go to IP, too, once a peer in Tor answered, and to I2P where there is a way', async () => {
    const { broadcaster, networks, settle } = start({ proxies: { onion: '127.0.0.1:9050', i2p: '127.0.0.1:7656' } })
    broadcaster.queue.torProven = true
    for (let n = 1; n <= 15; n++) broadcaster.send(txOf(n))
    await settle()
    expect(networks()).toEqual(['i2p', 'ipv4', 'ipv6', 'onion'])
    expect(NETWORK_NAMES).toHaveLength(5)
  })

  it('never go to IP where I2P alone is reached', async () => {
    const { broadcaster, networks, settle } = start({ proxies: { i2p: '127.0.0.1:7656', ipv4: '127.0.0.1:1' } })
    broadcaster.queue.torProven = true
    broadcaster.send(txOf(1))
    await settle()
    expect(networks()).toEqual(['i2p'])
  })

  it('are 64 at most', async () => {
    const { broadcaster, made, settle } = start()
    for (let n = 1; n <= 30; n++) broadcaster.send(txOf(n))
    await settle()
    expect(made).toHaveLength(64)
    expect(broadcaster.queue.connectionsWanted).toBe(90 - 64)
  })

  it('are tried again after a moment, to nobody where there is no way', async () => {
    let up = false
    const { broadcaster, clock, made, log, settle } = start({ connects: () => up })
    broadcaster.send(txOf(1))
    await settle()
    expect(made).toHaveLength(1)
    up = true
    clock.advance(100)
    await settle()
    expect(made).toHaveLength(4)
    expect(log.at(-1)).toContain('remaining connections to open: 0')
    const wayless = start({ proxies: {} })
    wayless.broadcaster.send(txOf(1))
    await settle()
    expect([wayless.made, wayless.log.at(-1)]).toEqual([
      [],
      'Unable to open -privatebroadcast connections: neither Tor nor I2P is reachable',
    ])
  })
})

describe('a transaction that does not come back', () => {
  it('is sent again as long as the pool would take it', async () => {
    const { broadcaster, log, made, settle, pass } = start()
    broadcaster.send(txOf(1))
    await settle()
    await pass(9)
    expect(log.some((line) => line.startsWith('Reattempting broadcast of stale txid='))).toBe(true)
    expect(made.length).toBeGreaterThan(3)
    broadcaster.stop()
  })

  it('is given up otherwise', async () => {
    const { broadcaster, log, pass } = start({ accepts: false })
    broadcaster.send(txOf(1))
    await pass(9)
    expect(log.some((line) => line.startsWith('Giving up broadcast attempts for txid='))).toBe(true)
    expect(broadcaster.queue.transactions()).toEqual([])
    broadcaster.stop()
  })
})
