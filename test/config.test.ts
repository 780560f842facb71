import { expect, test } from 'vitest';
import { describeVariables, readConfig } from '../src/config.ts';

test('an empty environment gives the defaults of the contract', () => {
  expect(readConfig({})).toEqual({
    warnings: [],
    config: {
      port: 3000,
      host: '0.0.0.0',
      logLevel: 'info',
      closing: { drainMs: 5000, graceMs: 20_000 },
      load: { maxConnections: 1024, maxEventLoopDelayMs: 50, maxRssBytes: 0, handleMs: 10_000 },
      access: { tokens: [], requestsPerMinute: 0 },
      cacheBytes: 64 * 1024 * 1024,
      bulk: { maxLineBytes: 1024 * 1024, requests: 32 },
      maxJsonBytes: 8 * 1024 * 1024,
      maxOnnxBytes: 4_294_967_296,
      maxErrors: 32,
      limits: { maxDepth: 64, maxLayers: 20_000, maxNameLength: 512, maxExtent: 2 ** 31 - 1, maxElements: 2 ** 53 - 1 },
      inline: { bytes: 262_144, layers: 2000 },
      run: {
        maxBytes: 32 * 1024 * 1024,
        maxElements: 4 * 1024 * 1024,
        maxMacs: 1e9,
        inlineMacs: 1e6,
        workers: 2,
        queue: 64,
        timeoutMs: 10_000,
      },
    },
  });
});

test('values are read, and empty ones are unset', () => {
  expect(readConfig({ PORT: '8080', LAYERGAUGE_MAX_LAYERS: '7', HOST: '', LOG_LEVEL: 'silent' }).config).toMatchObject({
    port: 8080,
    host: '0.0.0.0',
    logLevel: 'silent',
    limits: { maxLayers: 7 },
  });
});

test.each([
  [{ PORT: '80x' }, /PORT: must be a whole number \(given "80x"\)/],
  [{ PORT: '65536' }, /PORT: must be at most 65535/],
  [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL/],
  [{ LAYERGAUGE_MAX_LAYERS: '0' }, /LAYERGAUGE_MAX_LAYERS: must be at least 1/],
  [{ LAYERGAUGE_MAX_DEPTH: '-1' }, /LAYERGAUGE_MAX_DEPTH/],
])('%j ends the start with a sentence that names it', (environment, says) => {
  expect(() => readConfig(environment)).toThrow(says);
});

test('every wrong variable is named at once', () => {
  expect(() => readConfig({ PORT: 'a', LAYERGAUGE_MAX_ERRORS: 'b' })).toThrow(/PORT.*LAYERGAUGE_MAX_ERRORS/);
});

test('an unknown variable of our prefix is a warning, one of another is none', () => {
  expect(readConfig({ LAYERGAUGE_PORT: 'tcp://10.0.0.1:80', LAYERGAUGE_SERVICE_HOST: 'x', OTHER: '1' }).warnings).toEqual([
    'LAYERGAUGE_PORT is not a variable of this service and is ignored',
    'LAYERGAUGE_SERVICE_HOST is not a variable of this service and is ignored',
  ]);
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, { url: 'http://collector:4318/v1/traces', protocol: 'http/protobuf' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/otlp/' }, { url: 'https://c/otlp/v1/traces', protocol: 'http/protobuf' }],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t:1/x' },
    { url: 'http://t:1/x', protocol: 'http/protobuf' },
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' },
    { url: 'http://c/v1/traces', protocol: 'http/json' },
  ],
  [{}, undefined],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_SDK_DISABLED: 'TRUE' }, undefined],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_TRACES_EXPORTER: 'none' }, undefined],
])('%j sends spans to %j', (environment, tracing) => {
  const { config, warnings } = readConfig(environment);
  expect(config.tracing).toEqual(tracing);
  expect(warnings).toEqual([]);
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is no http or https address'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'what' }, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is no http or https address'],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    'the protocol of OTLP is grpc; http/protobuf and http/json are served',
  ],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER is zipkin; otlp and none are served'],
])('%j sends no spans, and a warning says why', (environment, why) => {
  const { config, warnings } = readConfig(environment);
  expect(config.tracing).toBeUndefined();
  expect(warnings).toEqual([`no spans are sent: ${why}`]);
});

test('the configuration is frozen', () => {
  const { config } = readConfig({});
  expect(Object.isFrozen(config) && Object.isFrozen(config.limits)).toBe(true);
});

test('every variable has a meaning', () => {
  for (const { meaning } of describeVariables()) expect(meaning).toMatch(/\.$/);
});
