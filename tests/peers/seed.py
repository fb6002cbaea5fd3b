"""Fills a moto server with what `check` looks at, and prints the ids of it as JSON.

Usage: seed.py ENDPOINT REGION
"""

import json
import sys

import boto3

endpoint, region = sys.argv[1:]


def client(service):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
    )


def network():
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})

    def subnet(cidr):
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=region + "a")
        return made["Subnet"]["SubnetId"]

    def routes(subnet_id, **target):
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet_id)
        return table

    public, private, isolated = subnet("10.0.1.0/24"), subnet("10.0.2.0/24"), subnet("10.0.3.0/24")
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
    routes(public, GatewayId=internet)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=public, AllocationId=address)["NatGateway"]["NatGatewayId"]
    table = routes(private, NatGatewayId=nat)

    group = ec2.create_security_group(GroupName="admin", Description="admin", VpcId=vpc)["GroupId"]
    doors = ec2.create_security_group(GroupName="doors", Description="endpoints", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=doors,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "UserIdGroupPairs": [{"GroupId": group}],
            }
        ],
    )
    for service in ("ecr.api", "ecr.dkr", "logs", "secretsmanager"):
        ec2.create_vpc_endpoint(
            VpcId=vpc,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.{region}.{service}",
            SubnetIds=[private],
            SecurityGroupIds=[doors],
            PrivateDnsEnabled=True,
        )
    ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Gateway",
        ServiceName=f"com.amazonaws.{region}.s3",
        RouteTableIds=[table],
    )
    return {
        "vpc": vpc,
        "public_subnet": public,
        "private_subnet": private,
        "isolated_subnet": isolated,
        "group": group,
        "endpoint_group": doors,
    }


def image():
    ecr = client("ecr")
    repository = ecr.create_repository(repositoryName="everruns/admin")["repository"]
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": 7023,
            "digest": "sha256:" + "1" * 64,
        },
        "layers": [
            {
                "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                "size": 32654,
                "digest": "sha256:" + "2" * 64,
            }
        ],
    }
    ecr.put_image(
        repositoryName="everruns/admin", imageManifest=json.dumps(manifest), imageTag="v1"
    )
    return {"image": repository["repositoryUri"] + ":v1"}


def values():
    secret = client("secretsmanager").create_secret(
        Name="everruns/database-url", SecretString='{"url": "postgres://example"}'
    )
    client("ssm").put_parameter(Name="/everruns/key", Value="a key", Type="SecureString")
    return {"secret": secret["ARN"], "parameter": "/everruns/key"}


def role():
    iam = client("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    made = iam.create_role(
        RoleName="everruns-execution", AssumeRolePolicyDocument=json.dumps(trust)
    )
    allowed = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["ecr:*", "logs:*", "secretsmanager:GetSecretValue", "ssm:GetParameters"],
                "Resource": "*",
            }
        ],
    }
    iam.put_role_policy(
        RoleName="everruns-execution", PolicyName="start", PolicyDocument=json.dumps(allowed)
    )
    return {"role": made["Role"]["Arn"]}


def containers(seeded):
    client("logs").create_log_group(logGroupName="/ecs/everruns-admin")
    ecs = client("ecs")
    ecs.create_cluster(clusterName="everruns")
    made = ecs.register_task_definition(
        family="everruns-admin",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        executionRoleArn=seeded["role"],
        containerDefinitions=[
            {
                "name": "admin",
                "image": seeded["image"],
                "memory": 512,
                "secrets": [
                    {"name": "DATABASE_URL", "valueFrom": seeded["secret"]},
                    {"name": "KEY", "valueFrom": seeded["parameter"]},
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": "/ecs/everruns-admin",
                        "awslogs-region": region,
                        "awslogs-stream-prefix": "admin",
                    },
                },
            }
        ],
    )
    return {"task_definition": made["taskDefinition"]["taskDefinitionArn"]}


seeded = {**network(), **image(), **values(), **role()}
seeded.update(containers(seeded))
print(json.dumps(seeded))
