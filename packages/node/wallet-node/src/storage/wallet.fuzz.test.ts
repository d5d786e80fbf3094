import { expect, test } from 'vitest'
import { REGTEST } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { TestWallets } from '../test/testWallets.ts'
import { decodeBackup, encodeBackup } from './backup.ts'
import { decodeWallet, type Row } from './walletCodec.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 300)

test('damaged wallets and backups have a named error', async () => {
  const wallets = await TestWallets.start()
  await wallets.fund('a')
  const rows = await wallets.host.get('a')!.rows()
  await wallets.remove()
  expect(decodeWallet(rows, REGTEST).ok).toBe(true)
  expect(decodeBackup(encodeBackup(rows))).toEqual({ ok: true, value: rows })

  const random = createRandom(5)
  for (let run = 0; run < RUNS; run++) {
    const at = random.below(rows.length)
    const [key, value] = rows[at]!
    const place = random.below(value.length)
    const changed: Row = [
      key,
      value.slice(0, place) + random.pick(['', '"', '{', '0', 'x', 'null', ']']) + value.slice(place + 1),
    ]
    const damaged = random.chance(0.1) ? rows.toSpliced(at, 1) : rows.with(at, changed)
    const wallet = decodeWallet(damaged, REGTEST)
    if (!wallet.ok) expect(wallet.error.code).toMatch(/^[a-z0-9-]+$/)
    const text = encodeBackup(damaged).slice(random.below(10))
    const backup = decodeBackup(random.chance(0.5) ? text.slice(0, random.below(text.length)) : text)
    if (!backup.ok) expect(backup.error.code).toMatch(/^[a-z0-9-]+$/)
  }
})
