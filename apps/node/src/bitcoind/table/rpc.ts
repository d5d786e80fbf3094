import type { OptionEntry } from './option.ts'

export const RPC_OPTIONS: readonly OptionEntry[] = [
  { name: 'rest', kind: 'flag', help: 'Answer REST requests' },
  {
    name: 'rpcallowip',
    kind: 'text',
    placeholder: '<ip>',
    help: 'Answer calls from an address or network; may be repeated',
  },
  {
    name: 'rpcauth',
    kind: 'text',
    secret: true,
    placeholder: '<userpw>',
    help: 'Let a user in: name:salt$hash; may be repeated',
  },
  {
    name: 'rpcbind',
    kind: 'text',
    placeholder: '<addr>[:port]',
    help: 'Answer calls at an address (with -rpcallowip)',
    networkOnly: true,
  },
  { name: 'rpccookiefile', kind: 'text', placeholder: '<loc>', help: 'Where the cookie lies' },
  {
    name: 'rpccookieperms',
    kind: 'text',
    placeholder: '<readable-by>',
    help: 'Who may read the cookie: owner, group, all',
  },
  {
    name: 'rpcdoccheck',
    kind: 'flag',
    help: 'Answer with an error where a result is not as it is described',
    debug: true,
  },
  { name: 'rpcpassword', kind: 'text', secret: true, placeholder: '<pw>', help: 'Password of -rpcuser' },
  { name: 'rpcport', kind: 'number', placeholder: '<port>', help: 'Port of the RPC server', networkOnly: true },
  {
    name: 'rpcservertimeout',
    kind: 'number',
    help: 'Seconds that a connection may be idle, or a request take to arrive',
    debug: true,
  },
  { name: 'rpcthreads', kind: 'number', help: 'Calls answered at the same time, with those of -rpcworkqueue' },
  { name: 'rpcuser', kind: 'text', secret: true, placeholder: '<user>', help: 'Let a user in besides the cookie' },
  { name: 'rpcwhitelist', kind: 'text', placeholder: '<whitelist>', help: 'Methods of a user: name:method,method' },
  { name: 'rpcwhitelistdefault', kind: 'flag', help: 'Whether a user without a list may call nothing' },
  { name: 'rpcworkqueue', kind: 'number', help: 'Calls answered at the same time', debug: true },
  { name: 'server', kind: 'flag', help: 'Answer calls (default: 1)' },
]

/** plyd's own, for who starts it as bitcoind. */
export const PLY_OPTIONS: readonly OptionEntry[] = [
  { name: 'accounts', kind: 'number', help: 'Funded accounts of a fresh regtest chain' },
  { name: 'automine', kind: 'text', placeholder: '<when>', help: 'on (each transaction), off, 10s, poisson:10s' },
  { name: 'esplora', kind: 'text', placeholder: '<[host:]port>', help: "Serve Esplora's REST API" },
  { name: 'esplora-cors', kind: 'text', placeholder: '<origin>', help: 'Let web pages of this origin ask it' },
  { name: 'metrics', kind: 'flag', help: 'Answer /metrics (Prometheus) and /healthz on the RPC port' },
  { name: 'rpccors', kind: 'text', placeholder: '<origin>', help: 'Let web pages of this origin call; * for all' },
  { name: 'config-out', kind: 'text', placeholder: '<file>', help: 'Write addresses and paths as JSON when ready' },
  { name: 'ln', kind: 'text', placeholder: '<name>', help: 'Run a Lightning node of this name; may be repeated' },
  { name: 'ln-port', kind: 'number', help: 'First port of the Lightning nodes (default: 9735)' },
  { name: 'mnemonic', kind: 'text', placeholder: '<words>', help: 'Whose accounts those are' },
]

/** Options of other programs and of versions past. The log says what became of those that were removed. */
export const HIDDEN_OPTIONS: readonly OptionEntry[] = [
  ...['dbcrashratio', 'forcecompactdb', 'choosedatadir', 'lang', 'min', 'resetguisettings', 'splash', 'uiplatform'],
  ...['checkpoints', 'limitancestorsize', 'limitdescendantsize', 'ipcbind'],
].map((name): OptionEntry => ({ name, kind: 'text', help: '', unused: true }))
