/** The networks that ship with the service, in the order they are listed. */

import { alexnet } from './alexnet.ts';
import { bert_base } from './bert.ts';
import { convnext_tiny } from './convnext.ts';
import { deeplabv3_resnet50 } from './deeplabv3.ts';
import { densenet121 } from './densenet.ts';
import { efficientnet_b0 } from './efficientnet.ts';
import { fcn_resnet50 } from './fcn.ts';
import { googlenet } from './googlenet.ts';
import { gpt2_small } from './gpt2.ts';
import { inception_v3 } from './inception.ts';
import { lenet5 } from './lenet.ts';
import { lstm_lm } from './lstm-lm.ts';
import { mnasnet1_0 } from './mnasnet.ts';
import { mobilenet_v2 } from './mobilenet-v2.ts';
import { mobilenet_v3_large, mobilenet_v3_small } from './mobilenet-v3.ts';
import type { Network } from './network.ts';
import { regnet_y_400mf } from './regnet.ts';
import { resnet18, resnet34, resnet50, resnet101, resnet152, resnext50_32x4d, wide_resnet50_2 } from './resnet.ts';
import { shufflenet_v2_x1_0 } from './shufflenet-v2.ts';
import { squeezenet1_0, squeezenet1_1 } from './squeezenet.ts';
import { unet } from './unet.ts';
import { vgg11, vgg16, vgg16_bn, vgg19 } from './vgg.ts';
import { r3d_18 } from './video-resnet.ts';
import { vit_b_16 } from './vision-transformer.ts';

export const networks: readonly Network[] = [
  lenet5,
  alexnet,
  vgg11,
  vgg16,
  vgg19,
  vgg16_bn,
  googlenet,
  inception_v3,
  resnet18,
  resnet34,
  resnet50,
  resnet101,
  resnet152,
  wide_resnet50_2,
  resnext50_32x4d,
  densenet121,
  squeezenet1_0,
  squeezenet1_1,
  mobilenet_v2,
  mobilenet_v3_small,
  mobilenet_v3_large,
  shufflenet_v2_x1_0,
  mnasnet1_0,
  efficientnet_b0,
  regnet_y_400mf,
  convnext_tiny,
  vit_b_16,
  unet,
  fcn_resnet50,
  deeplabv3_resnet50,
  r3d_18,
  lstm_lm,
  bert_base,
  gpt2_small,
];

const byName: ReadonlyMap<string, Network> = new Map(networks.map((network) => [network.name, network]));

export function networkOf(name: string): Network | undefined {
  return byName.get(name);
}
