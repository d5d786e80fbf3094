import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ByteWriter, concatBytes } from '@ply/bytes'
import { createRandom, mutateBytes } from '@ply/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBlobFiles } from './blobFiles.ts'
import { ForeignFileError } from './wholeRecords.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 150)
const MAX_LENGTH = 1000
const magic = Uint8Array.of(0xfa, 0xbf, 0xb5, 0xda)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-blobs-'))
})
afterAll(() => rm(folder, { recursive: true }))

const framed = (length: number, fill: number): Uint8Array =>
  new ByteWriter().bytes(magic).u32(length).bytes(new Uint8Array(length).fill(fill)).finish()

test('a block file of any bytes gives its whole records, or is refused as not ours', async () => {
  const random = createRandom(9)
  const seeds = [
    concatBytes(framed(3, 1), framed(200, 2), framed(0, 0), framed(80, 3)),
    concatBytes(framed(10, 1), new Uint8Array(64), framed(10, 2)),
    concatBytes(framed(40, 0xfa), magic, magic),
  ]
  let opened = 0
  for (let run = 0; run < RUNS; run++) {
    const bytes = random.chance(0.1) ? random.pick(seeds) : mutateBytes(random, seeds)
    await writeFile(join(folder, 'blk00000.dat'), bytes)
    const files = await openBlobFiles({ folder, prefix: 'blk', magic }).catch((error: unknown) => error as Error)
    if (files instanceof Error) {
      expect(files).toBeInstanceOf(ForeignFileError)
      continue
    }
    opened++
    const added = random.bytes(20)
    const location = await files.append(added)
    expect(await files.read(location)).toEqual(added)
    let last: Uint8Array | undefined
    for await (const { record } of files.records(MAX_LENGTH)) {
      expect(record.length).toBeLessThanOrEqual(MAX_LENGTH)
      last = record
    }
    expect(last).toEqual(added)
    await files.close()
  }
  expect(opened).toBeGreaterThan(RUNS / 20)
})
