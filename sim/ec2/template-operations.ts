import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateVersionRequest,
  DescribeImagesRequest,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplateVersionsRequest,
  ModifyLaunchTemplateRequest,
  TagSpecification,
  LaunchTemplate as TemplateShape,
  LaunchTemplateVersion as VersionShape,
} from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../service.ts';
import type { Fleet } from './fleet.ts';
import { imageShapes } from './images.ts';
import type { LaunchTemplate, LaunchTemplates, LaunchTemplateVersion } from './launch-templates.ts';
import { filtered, namedBy, pageOf, reading, tagList } from './request.ts';

const pages = [1, 200] as const;

/** Launch templates, and the images that they name. */
export const templateOperations = ({ templates }: Fleet): Record<string, Operation> => ({
  ...readOperations(templates),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html */
  CreateLaunchTemplate: reading<CreateLaunchTemplateRequest>(
    ['LaunchTemplateName', 'LaunchTemplateData', 'VersionDescription', 'TagSpecifications', 'ClientToken'],
    (input, call) => {
      const name = input.LaunchTemplateName ?? '';
      if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name)) {
        const text =
          'The launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the ' +
          'following characters: ( ) . / _ -';
        throw new AwsError('InvalidLaunchTemplateName.MalformedException', text);
      }
      const template = templates.create({
        name,
        data: input.LaunchTemplateData ?? {},
        description: input.VersionDescription,
        tags: tagsFor(input.TagSpecifications),
      });
      return { LaunchTemplate: templateShape(template, call.account) };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html */
  CreateLaunchTemplateVersion: reading<CreateLaunchTemplateVersionRequest>(
    [
      'LaunchTemplateId',
      'LaunchTemplateName',
      'SourceVersion',
      'VersionDescription',
      'LaunchTemplateData',
      'ClientToken',
    ],
    (input, call) => {
      const reference = { id: input.LaunchTemplateId, name: input.LaunchTemplateName };
      const template = templates.template(reference);
      const source =
        input.SourceVersion === undefined ? {} : templates.find({ ...reference, version: input.SourceVersion }).data;
      const version = templates.addVersion(template, {
        data: { ...source, ...input.LaunchTemplateData },
        description: input.VersionDescription,
      });
      return { LaunchTemplateVersion: versionShape(version, template, call.account) };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyLaunchTemplate.html */
  ModifyLaunchTemplate: reading<ModifyLaunchTemplateRequest>(
    ['LaunchTemplateId', 'LaunchTemplateName', 'DefaultVersion', 'ClientToken'],
    (input, call) => {
      const reference = { id: input.LaunchTemplateId, name: input.LaunchTemplateName };
      const template = templates.template(reference);
      templates.setDefault(template, templates.find({ ...reference, version: input.DefaultVersion }).version);
      return { LaunchTemplate: templateShape(template, call.account) };
    },
  ),
});

const tagsFor = (specifications: readonly TagSpecification[] = []): Record<string, string> => {
  const other = specifications.find(({ ResourceType }) => ResourceType !== 'launch-template')?.ResourceType;
  if (other !== undefined) {
    const text = `'${other}' is not a valid taggable resource type for this operation.`;
    throw new AwsError('InvalidParameterValue', text);
  }
  const tags = specifications.flatMap(({ Tags = [] }) => Tags);
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
};

const readOperations = (templates: LaunchTemplates): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html */
  DescribeLaunchTemplates: reading<DescribeLaunchTemplatesRequest>(
    ['LaunchTemplateIds', 'LaunchTemplateNames', 'Filters', 'MaxResults', 'NextToken'],
    (input, call) => {
      const { LaunchTemplateIds: ids = [], LaunchTemplateNames: names = [] } = input;
      const named =
        ids.length + names.length > 0
          ? [...ids.map((id) => templates.template({ id })), ...names.map((name) => templates.template({ name }))]
          : [...templates.byId.values()];
      const values = { 'launch-template-name': ({ name }: LaunchTemplate) => name };
      const chosen = filtered(named, input.Filters, values, ({ tags }) => tags);
      const { items, nextToken } = pageOf(chosen, input, pages);
      return { LaunchTemplates: items.map((each) => templateShape(each, call.account)), NextToken: nextToken };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html */
  DescribeLaunchTemplateVersions: reading<DescribeLaunchTemplateVersionsRequest>(
    [
      'LaunchTemplateId',
      'LaunchTemplateName',
      'Versions',
      'MinVersion',
      'MaxVersion',
      'Filters',
      'MaxResults',
      'NextToken',
    ],
    (input, call) => {
      const found = filtered(versionsOf(templates, input), input.Filters, {
        'image-id': ({ data }) => data.ImageId,
        'instance-type': ({ data }) => data.InstanceType,
        'is-default-version': ({ version, templateId }) =>
          String(templates.template({ id: templateId }).defaultVersion === version),
      });
      const { items, nextToken } = pageOf(found, input, pages);
      return {
        LaunchTemplateVersions: items.map((version) =>
          versionShape(version, templates.template({ id: version.templateId }), call.account),
        ),
        NextToken: nextToken,
      };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
  DescribeImages: reading<DescribeImagesRequest>(
    ['ImageIds', 'Owners', 'Filters', 'MaxResults', 'NextToken'],
    (input) => {
      const unknown = (id: string) => new AwsError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
      const named = namedBy(imageShapes(), input.ImageIds, ({ ImageId = '' }) => ImageId, unknown);
      const owned = input.Owners?.length
        ? named.filter(({ OwnerId, ImageOwnerAlias }) =>
            input.Owners?.some((who) => who === OwnerId || who === ImageOwnerAlias),
          )
        : named;
      const chosen = filtered(owned, input.Filters, {
        architecture: ({ Architecture }) => Architecture,
        'image-id': ({ ImageId }) => ImageId,
        name: ({ Name }) => Name,
        state: ({ State }) => State,
      });
      const { items, nextToken } = pageOf(chosen, input, [1, 1_000]);
      return { Images: items, NextToken: nextToken };
    },
  ),
});

// Without a template only $Latest and $Default can be asked for, of all templates.
const versionsOf = (
  templates: LaunchTemplates,
  input: DescribeLaunchTemplateVersionsRequest,
): readonly LaunchTemplateVersion[] => {
  const { LaunchTemplateId: id, LaunchTemplateName: name, Versions: wanted = [], MinVersion, MaxVersion } = input;
  if (id === undefined && name === undefined) {
    if (wanted.length === 0 || wanted.some((version) => !version.startsWith('$'))) {
      const text = 'Either a launch template ID or a launch template name must be specified in the request.';
      throw new AwsError('MissingParameter', text);
    }
    return [...templates.byId.keys()].flatMap((each) => wanted.map((version) => templates.find({ id: each, version })));
  }
  if (wanted.length > 0) return wanted.map((version) => templates.find({ id, name, version }));
  return templates
    .template({ id, name })
    .versions.filter(
      ({ version }) => version >= Number(MinVersion ?? 1) && version <= Number(MaxVersion ?? Number.POSITIVE_INFINITY),
    )
    .reverse();
};

const templateShape = (template: LaunchTemplate, account: string): TemplateShape => ({
  LaunchTemplateId: template.id,
  LaunchTemplateName: template.name,
  CreateTime: new Date(template.createdAt),
  CreatedBy: `arn:aws:iam::${account}:root`,
  DefaultVersionNumber: template.defaultVersion,
  LatestVersionNumber: template.versions.length,
  Tags: tagList(template.tags),
});

const versionShape = (version: LaunchTemplateVersion, template: LaunchTemplate, account: string): VersionShape => ({
  LaunchTemplateId: version.templateId,
  LaunchTemplateName: version.templateName,
  VersionNumber: version.version,
  VersionDescription: version.description,
  CreateTime: new Date(version.createdAt),
  CreatedBy: `arn:aws:iam::${account}:root`,
  DefaultVersion: version.version === template.defaultVersion,
  // What a request may say and what a response shows have the same members.
  LaunchTemplateData: version.data as NonNullable<VersionShape['LaunchTemplateData']>,
});
