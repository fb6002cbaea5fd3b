//! Tasks that never start, and why.

use serde_json::json;

use crate::support::{Setting, Tool, at_once, tests};

tests! {
    a_missing_secret_is_told_in_awss_words,
    a_failed_start_is_told_with_the_reasons_of_the_task_and_of_its_containers,
    a_missing_image_and_a_missing_log_group_are_told,
    failures_of_run_task_are_told,
    each_exception_of_run_task_is_told_whole_with_the_next_step,
    an_unknown_task_definition_is_told,
    without_credentials_or_rights_nothing_is_started_and_the_tool_has_failed,
    where_nobody_answers_nothing_is_claimed,
}

/// A secret that nobody stored.
const GONE: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf";

fn a_missing_secret_is_told_in_awss_words() {
    let bench = Setting::of("echo never")
        .admin(&json!({"secrets": [{"name": "DATABASE_URL", "valueFrom": GONE}]}))
        .start();
    bench.run(&["migrate"]).is("\
--- stderr
started task [task] of everruns-admin:1 on everruns (us-east-1), container `admin`: migrate
PROVISIONING after [time]
STOPPING after [time]
DEPROVISIONING after [time]
STOPPED after [time]
the task never started
stopped reason: TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.
time: provisioning [time], stopping [time], in all [time]
task: https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/everruns/tasks/[task]?region=us-east-1
cause: secret-not-found: No such secret in that region: secret arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf.
confirmed: secrets: `DATABASE_URL` of container `admin`: there is no secret `gone-AbCdEf` in us-east-1
next: aws secretsmanager create-secret --region us-east-1 --name gone --secret-string file://secret.txt
next: aws ecs register-task-definition --region us-east-1 --cli-input-json file://definition.json  # with the ARN that the first prints, for `DATABASE_URL` of container `admin`
--- exit status 126
");
    assert_eq!(bench.emulator.tasks()[0].started_processes, 0);
}

fn a_failed_start_is_told_with_the_reasons_of_the_task_and_of_its_containers() {
    let failure = json!({"start_failure": {
        "stopped_reason": "Task failed to start",
        "container_reason": "CannotStartContainerError: no such file or directory",
        "at": "PENDING",
    }});
    let bench = Setting::of("echo never").scenario(&failure).start();
    let ran = bench.run(&["migrate"]);
    ran.exits(126).prints::<&str>(&[]).says(&[
        "\nthe task never started\n",
        "\nstopped reason: TaskFailedToStart: Task failed to start\n",
        "\ncontainer `admin`: CannotStartContainerError: no such file or directory\n",
    ]);
    let ran = bench.run(&["--output", "json", "migrate"]);
    let finished = ran.exits(126).finished();
    assert_eq!(finished["outcome"], "never-started");
    assert_eq!(finished["exit_code"], 126);
    assert_eq!(finished["stop_code"], "TaskFailedToStart");
    assert_eq!(
        finished["containers"],
        json!([{
            "name": "admin",
            "exit_code": null,
            "reason": "CannotStartContainerError: no such file or directory",
            "essential": true,
        }])
    );
}

fn a_missing_image_and_a_missing_log_group_are_told() {
    let image = Setting::of("").admin(&json!({"image": "registry.example/gone:v9"}));
    let group = Setting::of("").without_log_group();
    let cases = [
        (
            image,
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to \
             resolve ref registry.example/gone:v9: registry.example/gone:v9: not found",
        ),
        (
            group,
            "ResourceInitializationError: failed to validate logger args: create stream has been \
             retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: \
             The specified log group does not exist. : exit status 1",
        ),
    ];
    at_once(cases, |(setting, text)| {
        let ran = setting.start().run(&["migrate"]);
        ran.exits(126).says(&["\nthe task never started\n", text]);
    });
}

fn failures_of_run_task_are_told() {
    let failures = |failures| {
        let action = json!({"kind": "run-task-failures", "failures": failures});
        json!({"faults": [{"operation": "RunTask", "action": action}]})
    };
    let arn = "arn:aws:ecs:us-east-1:000000000000:container-instance/everruns/0f";
    let bench = Setting::of("")
        .scenario(&failures(json!([
            {"arn": arn, "reason": "RESOURCE:MEMORY", "detail": "512 MiB are wanted"},
            {"reason": "AGENT"},
        ])))
        .start();
    bench.run(&["--start-retries", "0", "migrate"]).is("\
--- stderr
error: ECS started no task: RESOURCE:MEMORY: 512 MiB are wanted (arn:aws:ecs:us-east-1:000000000000:container-instance/everruns/0f); AGENT
hint: no instance of the cluster has room: run it again in a minute, add instances, ask for less with --cpu and --memory, or use --launch-type FARGATE
--- exit status 126
");
    assert_eq!(bench.calls("RunTask"), 1);

    let bench = Setting::of("").scenario(&failures(json!([]))).start();
    let ran = bench.run(&["--output", "json", "migrate"]);
    let finished = ran.exits(126).finished();
    assert_eq!(finished["outcome"], "never-started");
    assert_eq!(finished["api_calls"]["RunTask"], 1);
    ran.says(&["error: ECS started no task: AWS gave no reason\nhint: "]);
}

/// What `RunTask` can be refused with: code, HTTP status, message, our exit status, and a word of
/// the next step.
const EXCEPTIONS: [(&str, u16, &str, i32, &str); 13] = [
    (
        "ClusterNotFoundException",
        400,
        "Cluster not found.",
        126,
        "--cluster",
    ),
    (
        "InvalidParameterException",
        400,
        "Error retrieving subnet information for [subnet-0a]: The subnet ID 'subnet-0a' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
        126,
        "ECS_SUBNETS",
    ),
    (
        "InvalidParameterException",
        400,
        "Error retrieving security group information for [sg-0a]: The security group 'sg-0a' does not exist (ErrorCode: InvalidGroup.NotFound)",
        126,
        "--security-groups",
    ),
    (
        "ClientException",
        400,
        "TaskDefinition is inactive",
        126,
        "--task-definition",
    ),
    (
        "AccessDeniedException",
        400,
        "User: arn:aws:iam::000000000000:user/ana is not authorized to perform: ecs:RunTask on resource: x because no identity-based policy allows the ecs:RunTask action",
        125,
        "ecs:RunTask",
    ),
    (
        "ExpiredTokenException",
        400,
        "The security token included in the request is expired",
        125,
        "credentials",
    ),
    (
        "UnrecognizedClientException",
        400,
        "The security token included in the request is invalid.",
        125,
        "credentials",
    ),
    (
        "ServerException",
        500,
        "Service Unavailable. Please try again later.",
        126,
        "run-admin-task ps ",
    ),
    (
        "ThrottlingException",
        400,
        "Rate exceeded",
        126,
        "in a minute",
    ),
    (
        "BlockedException",
        400,
        "Your account is currently blocked.",
        126,
        "support",
    ),
    (
        "PlatformUnknownException",
        400,
        "The specified platform does not exist.",
        126,
        "--platform-version",
    ),
    (
        "PlatformTaskDefinitionIncompatibilityException",
        400,
        "The specified platform does not satisfy the required capabilities.",
        126,
        "--platform-version",
    ),
    (
        "UnsupportedFeatureException",
        400,
        "The specified task is not supported in this Region.",
        126,
        "region",
    ),
];

fn each_exception_of_run_task_is_told_whole_with_the_next_step() {
    at_once(
        EXCEPTIONS,
        |(code, http_status, message, exit, next_step)| {
            let action =
                json!({"kind": "error", "status": http_status, "code": code, "message": message});
            let bench = Setting::of("")
                .scenario(&json!({"faults": [{"operation": "RunTask", "action": action}]}))
                .start();
            let ran = bench.run(&["--start-retries", "0", "migrate"]);
            ran.exits(exit).prints::<&str>(&[]).says(&[code, message]);
            let hints = ran.stderr.lines().filter(|line| line.starts_with("hint: "));
            let hints: Vec<_> = hints.collect();
            assert!(
                hints.iter().any(|hint| hint.contains(next_step)),
                "{next_step}\n{ran}"
            );
            assert!(bench.emulator.tasks().is_empty());
        },
    );
}

fn an_unknown_task_definition_is_told() {
    let bench = Setting::of("").start();
    bench.run(&["--task-definition", "gone:7", "migrate"]).is("\
--- stderr
error: task definition `gone:7` cannot be had: DescribeTaskDefinition: ClientException: Unable to describe task definition.
hint: name one with --task-definition or ECS_TASK_DEFINITION; check --region (AWS_REGION) and --profile
--- exit status 126
");
    assert_eq!(bench.calls("RunTask"), 0);
}

fn without_credentials_or_rights_nothing_is_started_and_the_tool_has_failed() {
    let bench = Setting::of("").start();
    let tool = bench.tool();
    let ran = tool
        .without(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
        .run(&["migrate"]);
    ran.exits(125).says(&[
        "no usable AWS credentials",
        "hint: check the credentials",
        "nothing was started",
    ]);
    assert!(bench.emulator.calls().is_empty());

    let action = json!({
        "kind": "error", "status": 400, "code": "AccessDeniedException",
        "message": "not authorized to perform: ecs:DescribeTaskDefinition",
    });
    let bench = Setting::of("")
        .scenario(&json!({"faults": [{"operation": "DescribeTaskDefinition", "action": action}]}))
        .start();
    let ran = bench.run(&["migrate"]);
    ran.exits(125).says(&[
        "not authorized to perform: ecs:DescribeTaskDefinition",
        "hint: allow",
    ]);
    assert_eq!(bench.calls("RunTask"), 0);
}

fn where_nobody_answers_nothing_is_claimed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tool = Tool::new("http://127.0.0.1:1", folder.path());
    let ran = tool.run(&["migrate"]);
    ran.exits(125)
        .prints::<&str>(&[])
        .says(&[
            "error: task definition `everruns-admin` could not be read: ",
            "hint: check the network",
            "nothing was started",
        ])
        .does_not_say("started task");
    let ran = tool.run(&["--output", "json", "migrate"]);
    let events = ran.exits(125).events();
    assert_eq!(events.len(), 1, "{ran}");
    let finished = ran.finished();
    assert_eq!(finished["outcome"], "tool-failed");
    assert_eq!(finished["task_arn"], json!(null));
}
