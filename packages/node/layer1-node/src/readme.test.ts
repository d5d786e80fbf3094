import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLayer1Methods, Layer1Node } from '@ply/layer1-node'
import { createRpcTable } from '@ply/rpc'
import { createTcpTransport } from '@ply/net'
import { REGTEST } from '@ply/primitives'
import { silentLogger, SystemClock, systemEntropy } from '@ply/runtime'
import { OPEN_ADDRESS as address } from './test/testNode.ts'

test('the example of the README', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ply-readme-'))

  const node = await Layer1Node.start({
    network: REGTEST,
    directory,
    clock: new SystemClock(),
    entropy: systemEntropy,
    logger: silentLogger,
    transport: createTcpTransport(),
    listen: ['127.0.0.1:0'],
  })
  const rpc = createRpcTable(createLayer1Methods(node, { stop: () => void node.stop() }))
  await rpc.call('generatetoaddress', [101, address], { path: '/' })
  const height = await rpc.call('getblockcount', [], { path: '/' })
  await node.stop()

  expect(height).toBe(101)
  await rm(directory, { recursive: true })
})
