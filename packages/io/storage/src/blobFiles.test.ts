import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BlobLocation } from '@ply/ports'
import { createRandom } from '@ply/testkit'
import { openBlobFiles } from './blobFiles.ts'

const magic = Uint8Array.of(0xfa, 0xbf, 0xb5, 0xda)
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-blobs-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('keeps records over many files and openings', async () => {
  const random = createRandom(3)
  const options = { folder, prefix: 'blk', magic, maxFileSize: 4096 }
  const kept: [BlobLocation, Uint8Array][] = []
  for (let opening = 0; opening < 5; opening++) {
    const log = await openBlobFiles(options)
    for (let i = 0; i < 20; i++) {
      const record = random.bytes(random.below(600))
      kept.push([await log.append(record), record])
    }
    for (const [location, record] of kept) expect(await log.read(location)).toEqual(record)
    await log.close()
  }
  expect(kept.at(-1)![0].file).toBeGreaterThan(3)
  const first = await readFile(join(folder, 'blk00000.dat'))
  expect(Uint8Array.from(first.subarray(0, 4))).toEqual(magic)
  expect(first.readUInt32LE(4)).toBe(kept[0]![1].length)
})

test('cuts a torn tail off, wherever it was torn', async () => {
  const path = join(folder, 'rev00000.dat')
  const options = { folder, prefix: 'rev', magic }
  const whole = new Uint8Array(100).fill(7)
  let log = await openBlobFiles(options)
  const location = await log.append(whole)
  await log.append(new Uint8Array(50))
  await log.close()
  const end = location.offset + location.length
  for (let cut = end + 57; cut >= end; cut--) {
    await truncate(path, cut)
    log = await openBlobFiles(options)
    expect((await stat(path)).size).toBe(end)
    expect(await log.read(location)).toEqual(whole)
    expect(log.contains(location)).toBe(true)
    expect(log.contains({ ...location, offset: end + 8, length: 50 })).toBe(false)
    await expect(log.read({ ...location, offset: end + 8, length: 50 })).rejects.toThrow()
    expect(await log.append(new Uint8Array(50))).toEqual({ file: 0, offset: end + 8, length: 50 })
    await log.close()
  }
  await appendFile(path, new Uint8Array(4096))
  log = await openBlobFiles(options)
  expect((await stat(path)).size).toBe(end + 58)
  await log.close()
})

test('what another network or another program wrote is refused and left alone', async () => {
  const options = { folder, prefix: 'blk', magic }
  const path = join(folder, 'blk00000.dat')
  const log = await openBlobFiles(options)
  await log.append(new Uint8Array(100).fill(7))
  await log.append(new Uint8Array(100).fill(8))
  await log.close()
  const { size } = await stat(path)
  await expect(openBlobFiles({ ...options, magic: Uint8Array.of(1, 2, 3, 4) })).rejects.toThrow('at byte 0')
  expect((await stat(path)).size).toBe(size)

  const bytes = await readFile(path)
  bytes[108] = 0xff
  await writeFile(path, bytes)
  await expect(openBlobFiles(options)).rejects.toThrow('at byte 108')
  expect((await stat(path)).size).toBe(size)
})

test('two rows of files grow side by side, and each is recovered after a crash', async () => {
  const options = { folder, prefix: 'blk', magic, maxFileSize: 200 }
  let log = await openBlobFiles(options)
  const kept: [BlobLocation, Uint8Array][] = []
  let [low, high]: (number | undefined)[] = [0, undefined]
  const append = async (file: number | undefined): Promise<number> => {
    const record = new Uint8Array(50).fill(kept.length)
    const location = await log.appendBehind(file, record)
    kept.push([location, record])
    return location.file
  }
  for (let i = 0; i < 8; i++) {
    low = await append(low)
    high = await append(high)
  }
  // Three records to a file.
  expect(kept.map(([{ file }]) => file)).toEqual([0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 4, 5, 4, 5])
  await log.close()
  await truncate(join(folder, 'blk00004.dat'), 60 + 58)
  log = await openBlobFiles(options)
  log.recover(4)
  expect((await stat(join(folder, 'blk00004.dat'))).size).toBe(116)
  await truncate(join(folder, 'blk00004.dat'), 100)
  log.recover(4)
  expect((await stat(join(folder, 'blk00004.dat'))).size).toBe(58)
  expect(await log.appendBehind(4, new Uint8Array(50))).toEqual({ file: 4, offset: 66, length: 50 })
  await log.deleteFiles([0, 1, 2, 3, 4])
  expect(await log.files()).toEqual([{ file: 5, size: 116 }])
  const read: number[] = []
  for await (const { location } of log.records(100, { to: 4 })) read.push(location.file)
  expect(read).toEqual([])
  expect((await log.append(new Uint8Array(50))).file).toBe(5)
  await log.close()
})
