import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LockError } from '@ply/storage'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { REGTEST } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { TestWallets } from '../test/testWallets.ts'
import { decodeWallet, type Row } from './walletCodec.ts'
import { readWalletFile, WalletFile } from './walletFile.ts'
import { decodeWalletFile, encodeWalletFile } from './walletFileCodec.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 300)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-wallet-file-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('damaged wallets and files have a named error', async () => {
  const wallets = await TestWallets.start()
  await wallets.fund('a')
  const rows = await wallets.host.get('a')!.rows()
  await wallets.remove()
  expect(decodeWallet(rows, REGTEST).ok).toBe(true)

  const random = createRandom(5)
  for (let run = 0; run < RUNS; run++) {
    const at = random.below(rows.length)
    const [key, value] = rows[at]!
    const place = random.below(value.length)
    const junk = random.pick(['', '"', '{', '0', 'x', 'null', ']'])
    const changed: Row = [key, value.slice(0, place) + junk + value.slice(place + 1)]
    const damaged = random.chance(0.1) ? rows.toSpliced(at, 1) : rows.with(at, changed)
    const wallet = decodeWallet(damaged, REGTEST)
    if (!wallet.ok) expect(wallet.error.code).toMatch(/^[a-z0-9-]+$/)
    const file = encodeWalletFile(rows.slice(0, 20))
    if (random.chance(0.5)) file[random.below(file.length)]! ^= 1 << random.below(8)
    const read = decodeWalletFile(file.subarray(random.below(3), file.length - random.below(3)))
    if (!read.ok) expect(read.error.code).toMatch(/^[a-z0-9-]+$/)
  }
})

test('wherever a crash cuts a file off, all changes are there that were whole', async () => {
  const path = join(folder, 'wallet.dat')
  const file = await WalletFile.create(path, [['settings', '0']])
  const lengths = [(await readFile(path)).length]
  for (let change = 1; change <= 5; change++) {
    await file.append(
      [
        ['settings', String(change)],
        [`row:${change}`, 'x'.repeat(change)],
        [`row:${change - 2}`, null],
      ],
      {
        sync: false,
      },
    )
    lengths.push((await readFile(path)).length)
  }
  expect(await file.rows()).toEqual([
    ['settings', '5'],
    ['row:4', 'xxxx'],
    ['row:5', 'xxxxx'],
  ])
  await file.close()
  const whole = await readFile(path)
  for (let length = lengths[0]!; length <= whole.length; length++) {
    const zeros = length % 3
    await writeFile(path, Buffer.concat([whole.subarray(0, length), Buffer.alloc(zeros)]))
    const changes = lengths.filter((each) => each <= length).length - 1
    const opened = await WalletFile.open(path)
    expect(new Map(await opened.rows()).get('settings')).toBe(String(changes))
    await opened.append([['settings', 'new']], { sync: true })
    await opened.close()
    expect((await readWalletFile(path)).rows.get('settings')).toBe('new')
  }
})

test('a bit that turned in the middle is no torn end', async () => {
  const path = join(folder, 'wallet.dat')
  const file = await WalletFile.create(path, [['settings', '0']])
  await file.append([['settings', '1']], { sync: true })
  await file.close()
  const content = await readFile(path)
  content[30]! ^= 1
  await writeFile(path, content)
  await expect(WalletFile.open(path)).rejects.toThrow('damaged')
})

test('a file is open once, and leaves nothing beside it when it is closed', async () => {
  const path = join(folder, 'wallet.dat')
  const file = await WalletFile.create(path, [['settings', '0']])
  await expect(WalletFile.open(path)).rejects.toBeInstanceOf(LockError)
  await file.rewrite()
  await file.append([['settings', '1']], { sync: true })
  await file.close()
  const again = await WalletFile.open(path)
  expect(await again.rows()).toEqual([['settings', '1']])
  await again.close()
})
