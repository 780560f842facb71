/** Lines for `/v1/bulk`: networks of the size of MobileNet-v2, each with widths, resolution and classes of its own. */

import { expanded } from './networks.ts';

interface Layer {
  readonly type: string;
  readonly out_channels?: number;
  readonly groups?: number;
}

/** `count` lines, every one another network. */
export function mobileNets(count: number): Buffer[] {
  const { layers, inputs, outputs } = expanded('mobilenet_v2') as { layers: Layer[]; inputs: unknown; outputs: unknown };
  return Array.from({ length: count }, (_, index) => {
    // Widths that are equal stay equal, so that additions and depthwise convolutions hold together.
    const wider = (channels: number): number => channels + (index % 997);
    const side = 160 + 32 * (index % 5);
    const model = {
      name: `candidate ${index}`,
      inputs: [{ ...(inputs as [object])[0], shape: [3, side, side] }],
      layers: layers.map((layer) => ({
        ...layer,
        ...(layer.out_channels === undefined ? {} : { out_channels: wider(layer.out_channels) }),
        ...(layer.groups === undefined ? {} : { groups: wider(layer.groups) }),
        ...(layer.type === 'linear' ? { out_features: 1000 + index } : {}),
      })),
      outputs,
    };
    return Buffer.from(`${JSON.stringify({ id: index, model })}\n`);
  });
}
