import t from 'tap';
import { parseKubeletConfig, strictestOf, verifiesPulls } from '../../src/parse/kubelet-config.ts';

t.test('the keys that matter, in YAML and JSON', t => {
  const yaml = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
imageGCHighThresholdPercent: 70
imagePullCredentialsVerificationPolicy: "NeverVerifyAllowlistedImages"
preloadedImagesVerificationAllowlist:
- reg.test/team/*
  # a comment
- "reg.test/one"
registryPullQPS: 5
`;
  const wanted = {
    highPercent: 70,
    verification: 'NeverVerifyAllowlistedImages',
    allowed: ['reg.test/team/*', 'reg.test/one'],
  };
  t.same(parseKubeletConfig(yaml), wanted);
  const json = {
    imageGCHighThresholdPercent: 70,
    imagePullCredentialsVerificationPolicy: wanted.verification,
    preloadedImagesVerificationAllowlist: wanted.allowed,
  };
  t.same(parseKubeletConfig(JSON.stringify(json, null, 2)), wanted);
  t.same(parseKubeletConfig(JSON.stringify(json)), wanted, 'on one line');
  t.same(parseKubeletConfig('#imagePullCredentialsVerificationPolicy: AlwaysVerify\n'), {
    highPercent: null,
    verification: null,
    allowed: [],
  });
  t.same(parseKubeletConfig(''), { highPercent: null, verification: null, allowed: [] });
  t.end();
});

t.test('whether the kubelet would ask who pulled an image', t => {
  const of = (verification: string | null, allowed: string[] = []) =>
    verifiesPulls({ highPercent: null, verification, allowed }, 'reg.test/team/app');
  t.equal(of(null), false);
  t.equal(of('NeverVerifyPreloadedImages'), false);
  t.equal(of('NeverVerify'), false);
  t.equal(of('AlwaysVerify'), true);
  t.equal(of('NeverVerifyAllowlistedImages'), true);
  t.equal(of('NeverVerifyAllowlistedImages', ['reg.test/team/*']), false);
  t.equal(of('NeverVerifyAllowlistedImages', ['reg.test/team/app']), false);
  t.equal(of('NeverVerifyAllowlistedImages', ['reg.test/tea']), true);
  t.end();
});

t.test('of several files, what forbids most', t => {
  const of = (verification: string | null, highPercent: number | null = null, allowed: string[] = []) => ({
    ...{ highPercent, verification, allowed },
  });
  t.same(strictestOf([]), of(null));
  t.same(strictestOf([of(null), of('NeverVerify', 90), of('AlwaysVerify'), of(null, 80)]), of('AlwaysVerify', 80));
  const listed = [
    of('NeverVerifyAllowlistedImages', null, ['a', 'b']),
    of('NeverVerifyAllowlistedImages', null, ['b']),
  ];
  t.same(strictestOf([of('NeverVerifyPreloadedImages'), ...listed]), of('NeverVerifyAllowlistedImages', null, ['b']));
  t.end();
});
