import { expect, test } from 'vitest'
import { createLightningRpc, LightningNode } from '@ply/lightning-node'
import { createTcpTransport } from '@ply/net'
import { SystemClock, systemEntropy } from '@ply/runtime'
import type { Logger } from '@ply/ports'
import { MemoryStore } from '@ply/testkit'
import { RegtestChain } from './test/regtestChain.ts'

const logger: Logger = { log: () => undefined, child: () => logger }

test("the README's example", async () => {
  const backend = new RegtestChain()
  const store = new MemoryStore()
  const node = await LightningNode.start({
    backend, // a ChainBackend: our Layer 1 node in this process, or any node behind RPC
    store,
    transport: createTcpTransport(),
    clock: new SystemClock(),
    entropy: systemEntropy,
    logger,
    seed: systemEntropy.bytes(32),
    alias: 'alice',
    listen: '127.0.0.1:0',
  })
  const rpc = createLightningRpc(node)
  const info = await rpc.call('getinfo', [], { path: '/lightning/alice' })
  await node.stop()
  expect(info).toMatchObject({ alias: 'alice', network: 'regtest', blockheight: 0, num_peers: 0 })
})
