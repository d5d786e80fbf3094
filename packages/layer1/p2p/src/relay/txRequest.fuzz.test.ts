import { bytesToHex } from '@ply/bytes'
import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { TxRequestTracker } from './txRequest.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 25)
const PEERS = [1, 2, 3, 4, 5]
const HASHES = Array.from({ length: 6 }, (_, n) => Uint8Array.of(n))
const EXPIRY = 1000

/** One announcement as the rules have it: slow, but plain. */
interface Model {
  readonly peer: number
  readonly hash: string
  readonly preferred: boolean
  readonly requestAt: number
  requestedUntil: number | undefined
  completed: boolean
}

test('each transaction is asked of one peer at a time, of the preferred first, and nobody who may be asked is forgotten', () => {
  for (let run = 0; run < RUNS; run++) {
    const random = createRandom(run)
    const tracker = new TxRequestTracker(random.bytes(16))
    let model: Model[] = []
    let now = 0
    const drop = (hash: string): void => {
      const all = model.filter((one) => one.hash === hash)
      if (all.every(({ completed }) => completed)) model = model.filter((one) => one.hash !== hash)
    }
    const complete = (one: Model): void => {
      one.completed = true
      one.requestedUntil = undefined
      drop(one.hash)
    }
    const poll = (peer: number): void => {
      for (const one of [...model]) if (one.requestedUntil !== undefined && one.requestedUntil <= now) complete(one)
      for (const { hash } of tracker.takeRequestable(peer, now, now + EXPIRY)) {
        const key = bytesToHex(hash)
        const all = model.filter((one) => one.hash === key)
        const mine = all.find((one) => one.peer === peer)!
        expect(mine).toMatchObject({ completed: false, requestedUntil: undefined })
        expect(mine.requestAt).toBeLessThanOrEqual(now)
        expect(all.some((one) => one.requestedUntil !== undefined)).toBe(false)
        const ready = all.filter((one) => !one.completed && one.requestAt <= now)
        expect(mine.preferred || !ready.some(({ preferred }) => preferred)).toBe(true)
        mine.requestedUntil = now + EXPIRY
      }
    }
    for (let step = 0; step < 150; step++) {
      const [peer, hash] = [random.pick(PEERS), random.pick(HASHES)]
      const key = bytesToHex(hash)
      const known = model.find((one) => one.peer === peer && one.hash === key)
      const kind = random.below(12)
      if (kind < 5) {
        const terms = { preferred: random.chance(0.3), requestAt: now + 100 * random.below(5) }
        tracker.announced(peer, { type: 5, hash }, { ...terms, now })
        if (!known) model.push({ peer, hash: key, ...terms, requestedUntil: undefined, completed: false })
      } else if (kind < 7) {
        tracker.responded(peer, hash)
        if (known && !known.completed) complete(known)
      } else if (kind === 7) {
        tracker.forget(hash)
        model = model.filter((one) => one.hash !== key)
      } else if (kind === 8 && random.chance(0.3)) {
        tracker.disconnected(peer)
        model = model.filter((one) => one.peer !== peer)
        for (const one of HASHES) drop(bytesToHex(one))
      } else {
        now += 100 * random.below(4)
        for (const one of PEERS) poll(one)
        for (const one of HASHES) {
          const all = model.filter(({ hash }) => hash === bytesToHex(one))
          const ready = all.some(({ completed, requestAt }) => !completed && requestAt <= now)
          const asked = all.some(({ requestedUntil }) => requestedUntil !== undefined)
          expect(ready && !asked).toBe(false)
        }
      }
      expect(tracker.size).toBe(model.length)
      for (const one of PEERS) {
        expect(tracker.count(one)).toBe(model.filter((entry) => entry.peer === one).length)
        const open = model.filter((entry) => entry.peer === one && entry.requestedUntil !== undefined)
        expect(tracker.countInFlight(one)).toBe(open.length)
      }
    }
  }
})
