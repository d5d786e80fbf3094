import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startEsplora } from '@ply/esplora'
import { createRpcTable } from '@ply/rpc'
import { TestEsplora } from './test/testEsplora.ts'

test('the example of the README', async () => {
  const other = await TestEsplora.start()
  await other.server.close()
  const { node } = other
  const table = createRpcTable([])

  const esplora = await startEsplora({ node, table, port: 0 })
  const height = await (await fetch(`${esplora.url}/blocks/tip/height`)).text()
  const blocks = await (await fetch(`${esplora.url}/api/blocks`)).json()
  await esplora.close()

  expect(height).toBe('0')
  expect(blocks).toHaveLength(1)
  await node.stop()
  await rm(other.folder, { recursive: true, force: true })
})
