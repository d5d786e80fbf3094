import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import type { NodeEvent } from '@ply/lightning'
import { createTcpTransport } from '@ply/net'
import type { Logger } from '@ply/ports'
import { ManualClock, SeededEntropy } from '@ply/testkit'
import { PeerHub } from './peerHub.ts'

const logger: Logger = { log: () => undefined, child: () => logger }

/** A hub with its events, and a way to wait for one. */
class Party {
  readonly events: NodeEvent[] = []
  readonly hub: PeerHub
  readonly id: string
  readonly clock = new ManualClock()
  readonly known = new Set<string>()
  #waiters: { match: (event: NodeEvent) => boolean; resolve: () => void }[] = []

  constructor(seed: number) {
    const nodeSecret = new Uint8Array(32).fill(seed)
    this.id = bytesToHex(publicKeyFromSecret(nodeSecret)!)
    this.hub = new PeerHub({
      transport: createTcpTransport(),
      clock: this.clock,
      entropy: new SeededEntropy(seed),
      logger,
      nodeId: this.id,
      nodeSecret,
      isKnown: (peer) => this.known.has(peer),
      maxInbound: 2,
      post: (event) => {
        this.events.push(event)
        for (const waiter of [...this.#waiters]) if (waiter.match(event)) waiter.resolve()
        return Promise.resolve()
      },
    })
  }

  until(match: (event: NodeEvent) => boolean): Promise<void> {
    if (this.events.some(match)) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push({ match, resolve }))
  }

  is(type: NodeEvent['type']): Promise<void> {
    return this.until((event) => event.type === type)
  }
}

let parties: Party[] = []
const party = (seed: number): Party => {
  const made = new Party(seed)
  parties.push(made)
  return made
}
afterEach(async () => {
  await Promise.all(parties.map(({ hub }) => hub.stop()))
  parties = []
})

test('two nodes shake hands and exchange messages over TCP', async () => {
  const [alice, bob] = [party(1), party(2)]
  await alice.hub.dial(bob.id, [await bob.hub.listen('127.0.0.1:0')])
  await bob.is('peer-connected')
  alice.hub.send(bob.id, Uint8Array.of(1, 2, 3))
  await bob.is('peer-message')
  expect(bob.events).toMatchObject([
    { type: 'peer-connected', peer: alice.id, outbound: false },
    { type: 'peer-message', peer: alice.id, bytes: Uint8Array.of(1, 2, 3) },
  ])
  bob.hub.disconnect(alice.id, 'done')
  await alice.is('peer-disconnected')
  expect(alice.hub.isConnected(bob.id)).toBe(false)
})

test('a second address is tried where the first fails; a failure of all is told', async () => {
  const [alice, bob] = [party(1), party(2)]
  const good = await bob.hub.listen('127.0.0.1:0')
  const closed = party(3)
  const unused = await closed.hub.listen('127.0.0.1:0')
  await closed.hub.stop()
  await alice.hub.dial(bob.id, [unused, good])
  expect(alice.hub.isConnected(bob.id)).toBe(true)
  await alice.hub.dial(closed.id, [unused])
  expect(alice.events.at(-1)).toEqual({ type: 'peer-disconnected', peer: closed.id })
})

test('an address that is named while another one is being tried is tried too', async () => {
  const [alice, bob, closed] = [party(1), party(2), party(3)]
  const good = await bob.hub.listen('127.0.0.1:0')
  const unused = await closed.hub.listen('127.0.0.1:0')
  await closed.hub.stop()
  await Promise.all([alice.hub.dial(bob.id, [unused]), alice.hub.dial(bob.id, [good])])
  expect(alice.events).toMatchObject([{ type: 'peer-connected', peer: bob.id, address: good }])
})

test('somebody else at the address is not taken for the peer', async () => {
  const [alice, bob, carol] = [party(1), party(2), party(3)]
  await alice.hub.dial(carol.id, [await bob.hub.listen('127.0.0.1:0')])
  expect(alice.events).toEqual([{ type: 'peer-disconnected', peer: carol.id }])
  expect(bob.events).toEqual([])
})

test('when both dial at once, both keep the same connection', async () => {
  const [alice, bob] = [party(1), party(2)]
  const addresses = [await alice.hub.listen('127.0.0.1:0'), await bob.hub.listen('127.0.0.1:0')] as const
  await Promise.all([alice.hub.dial(bob.id, [addresses[1]]), bob.hub.dial(alice.id, [addresses[0]])])
  await Promise.all([alice.is('peer-connected'), bob.is('peer-connected')])
  const heard = [
    alice.until((event) => event.type === 'peer-message'),
    bob.until((event) => event.type === 'peer-message'),
  ]
  // Whoever was cut off by the other's choice is connected by the one that is left.
  const again = setInterval(() => {
    alice.hub.send(bob.id, Uint8Array.of(1))
    bob.hub.send(alice.id, Uint8Array.of(2))
  }, 5)
  await Promise.all(heard)
  clearInterval(again)
  expect(alice.hub.isConnected(bob.id) && bob.hub.isConnected(alice.id)).toBe(true)
})

test('a stranger that says nothing is cut off after a while', async () => {
  const alice = party(1)
  const [host, port] = (await alice.hub.listen('127.0.0.1:0')).split(':')
  const socket = connect(Number(port), host)
  await new Promise((resolve) => socket.once('connect', resolve))
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.resume()
  // The other side may not have accepted yet: time passes until it has.
  const timer = setInterval(() => {
    alice.clock.advance(20_000)
  }, 5)
  await closed
  clearInterval(timer)
  expect(alice.events).toEqual([])
})

test('strangers beyond the limit are turned away, peers with channels are not', async () => {
  const [bob, ...others] = [party(1), party(2), party(3), party(4), party(5)] as const
  const address = await bob.hub.listen('127.0.0.1:0')
  bob.known.add(others[3].id)
  for (const other of others) {
    await other.hub.dial(bob.id, [address])
    if (other === others[2]) await other.is('peer-disconnected')
    else await bob.until((event) => event.type === 'peer-connected' && event.peer === other.id)
  }
  expect(others.map(({ id }) => bob.hub.isConnected(id))).toEqual([true, true, false, true])
})
