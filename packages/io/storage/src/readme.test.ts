import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openBlobFiles, openLevelStore } from '@ply/storage'

test('the example of the README', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ply-readme-'))
  const magic = Uint8Array.of(0xfa, 0xbf, 0xb5, 0xda)

  const store = await openLevelStore(join(folder, 'chainstate'))
  await store.batch([{ type: 'put', key: Uint8Array.of(1), value: Uint8Array.of(2) }], { sync: true })
  const value = await store.get(Uint8Array.of(1))
  await store.close()

  const blocks = await openBlobFiles({ folder: join(folder, 'blocks'), prefix: 'blk', magic })
  const location = await blocks.append(Uint8Array.of(1, 2, 3))
  const record = await blocks.read(location)
  await blocks.close()

  expect(value).toEqual(Uint8Array.of(2))
  expect(record).toEqual(Uint8Array.of(1, 2, 3))
  await rm(folder, { recursive: true })
})
