import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex } from '@ply/bytes'
import { ManualClock } from '@ply/testkit'
import { expect, test } from 'vitest'
import { MessageCapture } from './messageCapture.ts'

test('messages lie one behind the other: microseconds, command, length, payload', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ply-capture-'))
  try {
    const capture = new MessageCapture(folder, new ManualClock(1))
    capture.record('received', '127.0.0.1:8333', { command: 'ping', payload: Uint8Array.of(7, 8) })
    capture.record('received', '127.0.0.1:8333', { command: 'sendtxrcncl', payload: new Uint8Array(0) })
    capture.record('sent', '127.0.0.1:8333', { command: 'pong', payload: Uint8Array.of(9) })
    const read = async (name: string) => bytesToHex(await readFile(join(folder, '127.0.0.1_8333', name)))
    const time = 'e803000000000000'
    expect(await read('msgs_recv.dat')).toBe(
      `${time}70696e67000000000000000002000000${'0708'}${time}73656e64747872636e636c0000000000`,
    )
    expect(await read('msgs_sent.dat')).toBe(`${time}706f6e67000000000000000001000000${'09'}`)
  } finally {
    await rm(folder, { recursive: true })
  }
})
