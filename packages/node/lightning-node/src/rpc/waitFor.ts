import type { Notification } from '@ply/lightning'
import type { LightningNode } from '../lightningNode.ts'

/** Waits for a notification: what `match` makes of it, or undefined after `seconds` (never, if they are missing). */
export function waitFor<T>(
  node: LightningNode,
  { match, seconds }: { match(notification: Notification): T | undefined; readonly seconds: number | undefined },
): { readonly promise: Promise<T | undefined>; cancel(): void } {
  let settle: (value: T | undefined) => void = () => undefined
  const promise = new Promise<T | undefined>((resolve) => {
    settle = resolve
  })
  const cancelTimer =
    seconds === undefined
      ? undefined
      : node.clock.schedule(seconds * 1000, () => {
          finish(undefined)
        })
  const stop = node.onNotification((notification) => {
    const value = match(notification)
    if (value !== undefined) finish(value)
  })
  const finish = (value: T | undefined): void => {
    cancelTimer?.()
    stop()
    settle(value)
  }
  return {
    promise,
    cancel: () => {
      finish(undefined)
    },
  }
}
