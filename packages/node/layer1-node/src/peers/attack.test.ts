import { afterEach, describe, expect, it } from 'vitest'
import { concatBytes } from '@ply/bytes'
import { encodeV1, type Message, MSG_BLOCK, MSG_WTX } from '@ply/p2p'
import { type BlockHash, encodeHeader, REGTEST } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { framed, RawPeer } from '../test/rawPeer.ts'
import { TestNode } from '../test/testNode.ts'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

async function start(...args: Parameters<typeof TestNode.start>): Promise<TestNode> {
  const node = await TestNode.start(...args)
  cleanup.push(() => node.remove())
  return node
}
async function connect(node: TestNode): Promise<RawPeer> {
  const peer = await RawPeer.connect(node.address)
  cleanup.push(() => peer.close())
  return peer
}

it('who is thrown out, reads nothing and goes on sending does not keep its place', async () => {
  // One place for those who come in.
  const node = await start({ connections: { maxConnections: 12 } })
  await node.mine(200)
  const attacker = await connect(node)
  attacker.socket.pause()
  const ask = framed({ command: 'getheaders', locator: [REGTEST.genesisHash], stop: new Uint8Array(32) as BlockHash })
  // Far more answers than the buffers of both ends hold: the node sends until it is stuck.
  attacker.socket.write(concatBytes(...new Array<Uint8Array>(5000).fill(ask)))
  let sent = 0
  const isStuck = (): boolean => {
    const before = sent
    sent = node.node.peers.peers()[0]?.totalSent ?? 0
    return sent > 1_000_000 && sent === before
  }
  await expect.poll(isStuck, { interval: 500, timeout: 30_000 }).toBe(true)
  // Not Bitcoin's magic: the connection must end.
  attacker.socket.write(new Uint8Array(24).fill(7))
  await expect.poll(() => node.node.peers.peers().length, { timeout: 20_000 }).toBe(0)
  let over = false
  const flood = attacker.flood(new Uint8Array(10), () => over)
  const honest = await connect(node)
  await honest.ping()
  over = true
  await flood
}, 60_000)

describe('while a peer floods us', () => {
  const random = createRandom(1)
  const hashes = (count: number): Uint8Array[] => Array.from({ length: count }, () => random.bytes(32))
  const floods: Readonly<Record<string, (node: TestNode) => Promise<Uint8Array>>> = {
    'with pings': async () => concatBytes(...new Array<Uint8Array>(2000).fill(framed({ command: 'ping', nonce: 1n }))),
    'with transactions to fetch': async () => inventory('inv', MSG_WTX),
    'with blocks to fetch': async () => inventory('inv', MSG_BLOCK),
    'with what it does not have': async () => inventory('notfound', MSG_WTX),
    'with requests': async () => inventory('getdata', MSG_WTX),
    'with messages that are none': async () => encodeV1(REGTEST.magic, 'inv', new Uint8Array(100_000).fill(0xfc)),
    'with headers that we know': async (node) => framed({ command: 'headers', headers: [await tipHeader(node)] }),
    'with a compact block that we know': async (node) =>
      encodeV1(
        REGTEST.magic,
        'cmpctblock',
        concatBytes(encodeHeader(await tipHeader(node)), new Uint8Array(8), new Uint8Array(100_000).fill(0xfc)),
      ),
  }
  function inventory(command: 'inv' | 'notfound' | 'getdata', type: number): Uint8Array {
    const message: Message = { command, items: hashes(5000).map((hash) => ({ type, hash })) }
    return framed(message)
  }
  async function tipHeader({ node }: TestNode) {
    return (await node.chain.readBlock(node.chain.tip)).header
  }

  it.each(Object.entries(floods))(
    '%s, others are served',
    async (_, make) => {
      const node = await start()
      await node.mine(1)
      const [attacker, honest] = [await connect(node), await connect(node)]
      attacker.send({ command: 'sendcmpct', announce: 0, version: 2n })
      const bytes = await make(node)
      let over = false
      const flood = attacker.flood(bytes, () => over)
      for (let i = 0; i < 10; i++) await honest.ping()
      const wanted = honest.next('block')
      honest.send({ command: 'getdata', items: [{ type: MSG_BLOCK, hash: node.node.chain.tip.hash }] })
      expect((await wanted).block.header).toEqual(await tipHeader(node))
      over = true
      await flood
      expect(node.node.peers.peers()).toHaveLength(2)
    },
    60_000,
  )
})
