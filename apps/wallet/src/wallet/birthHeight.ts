import type { Birthday } from '../input/birthday.ts'
import type { Layer1Node } from '../node/layer1.ts'

/** Miners' clocks may be so much behind. */
const CLOCK_SLACK_SECONDS = 2 * 3600
/** The median time past of a block is that of the last eleven (BIP 113). */
const MEDIAN_TIME_SPAN = 11

/**
 * The height from which a wallet of that age must look: no block below it was made after its birthday. Times are
 * searched by the median time past, which only rises.
 */
export async function findBirthHeight(node: Layer1Node, birthday: Birthday): Promise<number> {
  if ('height' in birthday) return birthday.height
  const time = birthday.time - CLOCK_SLACK_SECONDS
  let [low, high] = [0, (await node.chainInfo()).height + 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const medianTime = await node.medianTime(middle)
    if (medianTime === undefined || medianTime >= time) high = middle
    else low = middle + 1
  }
  return Math.max(0, low - MEDIAN_TIME_SPAN)
}
