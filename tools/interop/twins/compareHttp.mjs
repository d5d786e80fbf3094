// The same requests to both, byte by byte: status line, headers, body, and whether the connection is kept.
import { BODIES, HEADS, RAW } from './httpCases.mjs'
import { exchangeRaw, formatRequest } from './http.mjs'
import { differencesOf, readJsonText } from './jsonText.mjs'
import { shortenHelp } from './shortenHelp.mjs'

const CALL = '{"id":1,"method":"getblockcount"}'

function describe({ status, headers, body, closed }) {
  const text = body.toString('utf8')
  const json = readJsonText(text)
  const kept = headers.filter((line) => !/^date:/i.test(line))
  return { status, headers: kept, body: typeof json === 'object' ? shortenHelp(json) : text, closed }
}

export async function compareExchange(twins, what, request, options) {
  const answers = []
  for (const node of twins.both) answers.push(describe(await exchangeRaw(node.rpcPort, request(node), options)))
  const [ply, core] = answers
  // The length follows from the words of a help text.
  const sameBody = differencesOf(ply.body, core.body).length === 0
  const cut = ({ headers, ...rest }) => ({
    ...rest,
    headers: sameBody ? headers.filter((line) => !/^content-length:/i.test(line)) : headers,
  })
  twins.report.add(what, request(twins.core).toString('latin1').slice(0, 600), differencesOf(cut(ply), cut(core)))
}

export async function compareHttp(twins) {
  const silent = { seconds: 1 }
  for (const body of BODIES) {
    await compareExchange(twins, 'POST', ({ cookie }) => formatRequest({ cookie, body }), silent)
  }
  for (const { name, ...head } of HEADS(twins.core.cookie)) {
    await compareExchange(
      twins,
      `HTTP ${name}`,
      ({ cookie }) => formatRequest({ cookie, body: CALL, ...own(head, cookie) }),
      silent,
    )
  }
  for (const raw of RAW) await compareExchange(twins, 'HTTP raw', () => Buffer.from(raw, 'latin1'), silent)
}

/** The cases hold the cookie of one node. */
function own(head, cookie) {
  const basic = /^(basic\s+)[A-Za-z0-9+/=]{20,}$/i.exec(head.headers?.Authorization ?? '')
  if (!basic) return head
  return { ...head, headers: { ...head.headers, Authorization: basic[1] + Buffer.from(cookie).toString('base64') } }
}
