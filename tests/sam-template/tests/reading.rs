//! What the reader makes of small templates, and what it refuses.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test itself may"
)]

use std::collections::BTreeMap;

use sam_template::{
    Alarm, Deployment, MetricRef, Place, Redrive, SavedQuery, Statement, TemplateError, read,
};

fn read_with(text: &str, parameters: &[(&str, &str)]) -> Result<Deployment, TemplateError> {
    let parameters = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    read(text, &parameters, &Place::local("http://127.0.0.1:9/"))
}

/// The value of the one output `O`, whose template stands after these other sections.
fn output(sections: &str, value: &str, parameters: &[(&str, &str)]) -> Result<String, TemplateError> {
    let template = format!("{sections}\nOutputs:\n  O:\n    Value: {value}\n");
    read_with(&template, parameters).map(|mut deployment| deployment.outputs.remove("O").unwrap())
}

#[track_caller]
fn refused(result: Result<impl std::fmt::Debug, TemplateError>, text: &str) {
    assert_eq!(result.unwrap_err().to_string(), text);
}

const NAMED: &str = "
Parameters:
  Name: { Type: String, Default: a }
  Many: { Type: CommaDelimitedList, Default: '1, 2,3' }
Conditions:
  IsA: !Equals [!Ref Name, a]
  Both: !And [!Condition IsA, !Not [!Condition Never]]
  Never: !Or [!Equals [x, y], !Equals [!Ref Name, never]]
Resources:
  Queue: { Type: AWS::SQS::Queue }
  Fifo: { Type: AWS::SQS::Queue, Condition: IsA, Properties: { FifoQueue: true } }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: k, AttributeType: S }]
      KeySchema: [{ AttributeName: k, KeyType: HASH }]
  Logs: { Type: AWS::Logs::LogGroup }
";

#[test]
fn every_function_comes_out_as_cloudformation_would_have_it() {
    for (call, expected) in [
        ("!Ref Name", "a"),
        ("!Ref AWS::Region", "us-east-1"),
        (
            "!Ref Queue",
            "http://127.0.0.1:9/000000000000/order-relay-local-Queue",
        ),
        (
            "!Ref Fifo",
            "http://127.0.0.1:9/000000000000/order-relay-local-Fifo.fifo",
        ),
        ("!Ref Table", "order-relay-local-Table"),
        (
            "!GetAtt Queue.Arn",
            "arn:aws:sqs:us-east-1:000000000000:order-relay-local-Queue",
        ),
        ("!GetAtt Fifo.QueueName", "order-relay-local-Fifo.fifo"),
        (
            "!GetAtt Table.Arn",
            "arn:aws:dynamodb:us-east-1:000000000000:table/order-relay-local-Table",
        ),
        (
            "!GetAtt Logs.Arn",
            "arn:aws:logs:us-east-1:000000000000:log-group:order-relay-local-Logs:*",
        ),
        (
            "!Sub '${AWS::StackName}/${Name}/${!Name}'",
            "order-relay-local/a/${Name}",
        ),
        (
            "!Sub '${Table.Arn}/index/open'",
            "arn:aws:dynamodb:us-east-1:000000000000:table/order-relay-local-Table/index/open",
        ),
        ("!Sub ['${Name}-${Own}', { Own: !If [IsA, yes, no] }]", "a-yes"),
        ("!Join ['+', !Ref Many]", "1+2+3"),
        ("!Join ['', [x, !Ref AWS::NoValue, !Ref Name]]", "xa"),
        ("!Select [1, !Ref Many]", "2"),
        ("!Select [0, !Split ['-', b-c]]", "b"),
        ("!If [Both, yes, no]", "yes"),
        ("!If [Never, !GetAtt Nothing.Arn, no]", "no"),
    ] {
        assert_eq!(output(NAMED, call, &[]), Ok(expected.to_owned()), "{call}");
    }
}

#[test]
fn a_given_parameter_decides_conditions() {
    assert_eq!(
        output(NAMED, "!If [IsA, yes, no]", &[("Name", "b")]),
        Ok("no".to_owned())
    );
}

#[test]
fn what_a_condition_leaves_out_is_not_deployed() {
    let deployment = read_with(NAMED, &[("Name", "b")]).unwrap();
    assert_eq!(deployment.queues.keys().collect::<Vec<_>>(), ["Queue"]);
    let deployment = read_with(NAMED, &[]).unwrap();
    assert_eq!(deployment.queues.keys().collect::<Vec<_>>(), ["Fifo", "Queue"]);
}

#[test]
fn a_reference_that_leads_nowhere_is_named_with_its_place() {
    refused(
        output(NAMED, "!Ref Nothing", &[]),
        "Outputs.O.Value refers to Nothing, which the template does not have",
    );
    refused(
        output(NAMED, "!Sub '${Nothing.Arn}'", &[]),
        "Outputs.O.Value refers to Nothing, which the template does not have",
    );
    refused(
        output(NAMED, "!If [Nothing, a, b]", &[]),
        "Outputs.O.Value refers to Nothing, which the template does not have",
    );
    refused(
        output(NAMED, "!Ref Fifo", &[("Name", "b")]),
        "Outputs.O.Value refers to Fifo, which its condition leaves out",
    );
}

#[test]
fn what_is_not_understood_is_refused() {
    refused(
        output(NAMED, "!ImportValue x", &[]),
        "Outputs.O.Value: Fn::ImportValue is not supported here",
    );
    refused(
        output(NAMED, "!GetAtt Table.StreamArn", &[]),
        "Outputs.O.Value: the attribute StreamArn of AWS::DynamoDB::Table is not supported here",
    );
    refused(
        output(NAMED, "!Select [3, !Ref Many]", &[]),
        "Outputs.O.Value is not a selection within the list",
    );
    refused(
        read_with(
            "Resources: { Q: { Type: AWS::SQS::Queue, Properties: { QueueName: mine } } }",
            &[],
        ),
        "Resources.Q.Properties: QueueName is not supported here",
    );
    refused(
        read_with("Resources: { Q: { Type: AWS::SQS::QueuePolicy } }", &[]),
        "Resources.Q.Type: AWS::SQS::QueuePolicy is not supported here",
    );
}

#[test]
fn conditions_that_wait_for_each_other_are_refused() {
    let conditions = "Conditions: { A: !Condition B, B: !Not [!Condition A] }";
    refused(read_with(conditions, &[]), "Conditions.A depends on itself");
}

#[test]
fn a_parameter_must_be_known_and_given() {
    let parameters = "Parameters: { A: { Type: String } }";
    refused(
        read_with(parameters, &[]),
        "the parameter A has no default and is not given",
    );
    refused(
        read_with(parameters, &[("A", "x"), ("B", "y")]),
        "the template has no parameter B",
    );
}

#[test]
fn a_parameter_must_be_one_that_the_template_allows() {
    let check = |kind: &str, value: &str, expected: Option<&str>| {
        let result = read_with(&format!("Parameters: {{ A: {{ {kind} }} }}"), &[("A", value)]);
        let error = expected.map(|constraint| TemplateError::RefusedParameter {
            name: "A".to_owned(),
            value: value.to_owned(),
            constraint: constraint.to_owned(),
        });
        assert_eq!(result.err(), error, "{kind} with {value}");
    };
    check("Type: String, AllowedValues: [x, 'true']", "true", None);
    check(
        "Type: String, AllowedValues: [x]",
        "y",
        Some("it is not among the allowed values"),
    );
    check(
        "Type: String, AllowedPattern: 'a|b', ConstraintDescription: a or b",
        "b",
        None,
    );
    check(
        "Type: String, AllowedPattern: 'a|b', ConstraintDescription: a or b",
        "bc",
        Some("a or b"),
    );
    check("Type: String, MaxLength: 2", "abc", Some("the most is 2"));
    check("Type: Number, MinValue: 2, MaxValue: 10", "9", None);
    check("Type: Number, MinValue: 2", "1", Some("the least is 2"));
    check("Type: Number, MaxValue: 10", "11", Some("the most is 10"));
    check("Type: Number", "ten", Some("it is not a number"));
    check("Type: CommaDelimitedList, AllowedPattern: '[0-9]+'", "1,22", None);
    check(
        "Type: CommaDelimitedList, AllowedPattern: '[0-9]+'",
        "1,x",
        Some("it does not match [0-9]+"),
    );
}

#[test]
fn a_rule_is_enforced_where_its_condition_holds() {
    let template = "
Parameters: { Stage: { Type: String }, Host: { Type: String } }
Rules:
  Careful:
    RuleCondition: !Not [!Equals [!Ref Stage, prod]]
    Assertions:
      - Assert: !Not [!Contains [[live, real], !Ref Host]]
        AssertDescription: only prod is real
";
    assert!(read_with(template, &[("Stage", "prod"), ("Host", "live")]).is_ok());
    assert!(read_with(template, &[("Stage", "dev"), ("Host", "test")]).is_ok());
    let broken = read_with(template, &[("Stage", "dev"), ("Host", "live")]);
    refused(broken, "the rule Careful is broken: only prod is real");
}

#[test]
fn a_queue_is_silent_about_what_sqs_knows_by_itself() {
    let template = "
Resources:
  Plain: { Type: AWS::SQS::Queue }
  Work:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 60
      DelaySeconds: 5
      MessageRetentionPeriod: 120
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Plain.Arn, maxReceiveCount: 4 }
";
    let deployment = read_with(template, &[]).unwrap();
    let plain = &deployment.queues["Plain"];
    assert_eq!(
        (plain.visibility_s, plain.delay_s, plain.retention_s),
        (30, 0, 345_600)
    );
    assert_eq!(
        (plain.fifo, plain.redrive.clone(), plain.content_based_dedup),
        (false, None, false)
    );
    let work = &deployment.queues["Work"];
    assert_eq!((work.visibility_s, work.delay_s, work.retention_s), (60, 5, 120));
    let redrive = Redrive {
        dead_letters: "order-relay-local-Plain".to_owned(),
        max_receive: 4,
    };
    assert_eq!(work.redrive, Some(redrive));
}

#[test]
fn a_fifo_queue_needs_a_fifo_queue_for_its_dead_letters() {
    let template = "
Resources:
  Plain: { Type: AWS::SQS::Queue }
  Work:
    Type: AWS::SQS::Queue
    Properties:
      FifoQueue: true
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Plain.Arn, maxReceiveCount: 4 }
";
    let place = "Resources.Work.Properties.RedrivePolicy.deadLetterTargetArn";
    refused(
        read_with(template, &[]),
        &format!("{place} is not a queue of this template, FIFO if this one is"),
    );
}

/// A function `f` with a role, and more properties and statements at the marked places.
fn function(properties: &str, statement: &str) -> Result<Deployment, TemplateError> {
    let template = format!(
        "
Parameters: {{ Seconds: {{ Type: CommaDelimitedList, Default: '1,2' }}, T: {{ Type: Number, Default: 9 }} }}
Globals: {{ Function: {{ MemorySize: 256, Environment: {{ Variables: {{ SHARED: one, BOTH: one }} }} }} }}
Resources:
  Queue: {{ Type: AWS::SQS::Queue }}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{}}
      Policies: [{{ PolicyName: p, PolicyDocument: {{ Statement: [{statement}] }} }}]
  F:
    Type: AWS::Serverless::Function
    Properties: {{ CodeUri: functions/f/, Role: !GetAtt Role.Arn, {properties} }}
"
    );
    read_with(&template, &[])
}

#[test]
fn a_function_is_read_with_the_globals_and_its_own() {
    let own =
        "Timeout: !Ref T, Environment: { Variables: { BOTH: two, OWN: !Join [',', !Ref Seconds], N: 3 } }";
    let deployment = function(own, "").unwrap();
    let function = &deployment.functions["f"];
    assert_eq!(
        (
            function.logical_id.as_str(),
            function.timeout_s,
            function.memory_mb
        ),
        ("F", 9, 256)
    );
    assert_eq!(function.asynchronous_retries, 2);
    let environment = [("BOTH", "two"), ("N", "3"), ("OWN", "1,2"), ("SHARED", "one")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(function.environment, BTreeMap::from(environment));
}

#[test]
fn a_list_is_no_setting() {
    let place = "Resources.F.Properties.Environment.Variables.OWN";
    refused(
        function("Environment: { Variables: { OWN: !Ref Seconds } }", ""),
        &format!("{place} is not a text"),
    );
}

#[test]
fn events_are_read_with_what_lambda_takes_where_they_are_silent() {
    let events = "Events: { Hint: { Type: SQS, Properties: { Queue: !GetAtt Queue.Arn } },
        Tick: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(2 hours), Input: '{}', State: DISABLED } } }";
    let deployment = function(events, "").unwrap();
    let function = &deployment.functions["f"];
    let hint = &function.queues[0];
    assert_eq!(
        (hint.queue.as_str(), hint.queue_name.as_str()),
        ("Queue", "order-relay-local-Queue")
    );
    assert_eq!(
        (hint.batch_size, hint.window_s, hint.max_concurrency),
        (10, 0, None)
    );
    assert!(hint.enabled && !hint.reports_failures);
    let tick = &function.schedules[0];
    assert_eq!(
        (tick.expression.as_str(), tick.seconds, tick.input.as_str()),
        ("rate(2 hours)", 7_200, "{}")
    );
    assert!(!tick.enabled);
}

#[test]
fn an_event_of_another_kind_and_a_policy_of_sams_are_refused() {
    refused(
        function("Events: { A: { Type: Api, Properties: {} } }", ""),
        "Resources.F.Properties.Events.A.Type: Api is not supported here",
    );
    refused(
        function("Policies: [SQSPollerPolicy]", ""),
        "Resources.F.Properties: Policies is not supported here",
    );
}

#[test]
fn a_role_is_read_and_what_narrows_it_is_refused() {
    let deployment = function(
        "",
        "{ Effect: Allow, Action: a:B, Resource: [x, !GetAtt Queue.Arn] }",
    )
    .unwrap();
    let policy = &deployment.functions["f"].policy;
    let queue = "arn:aws:sqs:us-east-1:000000000000:order-relay-local-Queue";
    let expected = Statement {
        actions: vec!["a:B".to_owned()],
        resources: vec!["x".to_owned(), queue.to_owned()],
    };
    assert_eq!(policy.0, [expected]);
    assert!(policy.allows("a:B", queue) && !policy.allows("a:C", queue));

    let statement = "Resources.Role.Properties.Policies.0.PolicyDocument.Statement.0";
    refused(
        function("", "{ Effect: Deny, Action: a:B, Resource: x }"),
        &format!("{statement}.Effect: a denial is not supported here"),
    );
    refused(
        function("", "{ Effect: Allow, Action: a:B, Resource: x, Condition: {} }"),
        &format!("{statement}: Condition is not supported here"),
    );
}

/// What people look at, in a small template; an alarm's other properties stand at the marked place.
fn watched(alarm: &str) -> Result<Deployment, TemplateError> {
    let template = format!(
        "
Parameters: {{ Brand: {{ Type: String, Default: ACME }}, Most: {{ Type: Number, Default: 2.5 }} }}
Resources:
  Queue: {{ Type: AWS::SQS::Queue }}
  Topic: {{ Type: AWS::SNS::Topic }}
  Unnamed: {{ Type: AWS::Logs::LogGroup, Properties: {{ RetentionInDays: 3 }} }}
  Named: {{ Type: AWS::Logs::LogGroup, Properties: {{ LogGroupName: !Sub '/${{AWS::StackName}}/${{Brand}}' }} }}
  Rings:
    Type: AWS::CloudWatch::Alarm
    Properties: {{ Namespace: AWS/SQS, MetricName: Age, Statistic: Maximum, Period: 300, EvaluationPeriods: 3,
      ComparisonOperator: GreaterThanThreshold, Threshold: !Ref Most, {alarm} }}
  Board:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardName: !Ref AWS::StackName
      DashboardBody: !Sub
        - '{{\"widgets\":[\"${{Rings.Arn}}\"${{More}}]}}'
        - More: !Sub ',\"${{Named}}\"'
  Query:
    Type: AWS::Logs::QueryDefinition
    Properties:
      Name: !Sub '${{AWS::StackName}}/held orders'
      LogGroupNames: [!Ref Unnamed, !Ref Named]
      QueryString: fields @message
"
    );
    read_with(&template, &[])
}

#[test]
fn an_alarm_is_read_with_its_metric_and_who_is_told() {
    let own = "Dimensions: [{ Name: QueueName, Value: !GetAtt Queue.QueueName }], AlarmDescription: look,
        AlarmActions: [!Ref Topic], OKActions: [!Ref Topic], DatapointsToAlarm: 2, TreatMissingData: breaching";
    let topic = "arn:aws:sns:us-east-1:000000000000:order-relay-local-Topic";
    let expected = Alarm {
        logical_id: "Rings".to_owned(),
        name: "order-relay-local-Rings".to_owned(),
        arn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:order-relay-local-Rings".to_owned(),
        description: "look".to_owned(),
        metric: MetricRef {
            namespace: "AWS/SQS".to_owned(),
            name: "Age".to_owned(),
            dimensions: [("QueueName".to_owned(), "order-relay-local-Queue".to_owned())].into(),
        },
        statistic: "Maximum".to_owned(),
        period_s: 300,
        evaluation_periods: 3,
        datapoints_to_alarm: 2,
        comparison: "GreaterThanThreshold".to_owned(),
        threshold: 2.5,
        missing_data: "breaching".to_owned(),
        alarm_actions: vec![topic.to_owned()],
        ok_actions: vec![topic.to_owned()],
    };
    assert_eq!(watched(own).unwrap().alarms, [expected]);
}

#[test]
fn an_alarm_is_silent_about_what_cloudwatch_knows_by_itself() {
    let alarm = &watched("").unwrap().alarms[0];
    assert_eq!(
        (alarm.datapoints_to_alarm, alarm.missing_data.as_str()),
        (3, "missing")
    );
    assert!(alarm.metric.dimensions.is_empty() && alarm.alarm_actions.is_empty());
}

#[test]
fn an_alarm_that_is_more_than_one_metric_is_refused() {
    let alarm = "Resources.Rings.Properties";
    for property in ["AlarmName: mine", "ExtendedStatistic: p90", "Metrics: []"] {
        let name = property.split(':').next().unwrap();
        refused(
            watched(property),
            &format!("{alarm}: {name} is not supported here"),
        );
    }
    refused(
        watched("Dimensions: [{ Name: A, Value: x }, { Name: A, Value: y }]"),
        &format!("{alarm}.Dimensions.1.Name is not a dimension that stands once"),
    );
    let text = "Resources: { A: { Type: AWS::CloudWatch::Alarm, Properties: { Namespace: a, MetricName: b, Statistic: Sum,
        Period: 60, EvaluationPeriods: 1, ComparisonOperator: c, Threshold: many } } }";
    refused(
        read_with(text, &[]),
        "Resources.A.Properties.Threshold is not a number",
    );
}

#[test]
fn log_groups_dashboards_and_queries_have_their_own_names_or_the_stacks() {
    let deployment = watched("").unwrap();
    let groups = [
        ("Named", "/order-relay-local/ACME"),
        ("Unnamed", "order-relay-local-Unnamed"),
    ];
    let groups = groups.map(|(id, name)| (id.to_owned(), name.to_owned()));
    assert_eq!(deployment.log_groups, BTreeMap::from(groups));
    assert_eq!(deployment.dashboards[0].name, "order-relay-local");
    let query = SavedQuery {
        name: "order-relay-local/held orders".to_owned(),
        log_groups: vec![
            "order-relay-local-Unnamed".to_owned(),
            "/order-relay-local/ACME".to_owned(),
        ],
        query: "fields @message".to_owned(),
    };
    assert_eq!(deployment.queries, [query]);
}

#[test]
fn a_dashboard_is_json_once_its_parts_are_filled_in() {
    let deployment = watched("").unwrap();
    let body = serde_json::json!({ "widgets": [
        "arn:aws:cloudwatch:us-east-1:000000000000:alarm:order-relay-local-Rings",
        "/order-relay-local/ACME",
    ]});
    assert_eq!(deployment.dashboards[0].body, body);
    let board = |body: &str| {
        let properties = format!("Properties: {{ DashboardBody: '{body}' }}");
        read_with(
            &format!("Resources: {{ B: {{ Type: AWS::CloudWatch::Dashboard, {properties} }} }}"),
            &[],
        )
    };
    refused(
        board(r#"{"widgets": [1,]}"#),
        "Resources.B.Properties.DashboardBody is not JSON: trailing comma at line 1 column 16",
    );
}

#[test]
fn a_log_group_whose_lines_cannot_be_queried_is_refused() {
    let template =
        "Resources: { L: { Type: AWS::Logs::LogGroup, Properties: { LogGroupClass: INFREQUENT_ACCESS } } }";
    refused(
        read_with(template, &[]),
        "Resources.L.Properties: LogGroupClass is not supported here",
    );
}

#[test]
fn a_function_logs_where_it_is_told_or_where_lambda_does() {
    let log_group = |own| function(own, "").unwrap().functions["f"].log_group.clone();
    assert_eq!(log_group(""), "/aws/lambda/order-relay-local-F");
    assert_eq!(
        log_group("LoggingConfig: { LogFormat: Text }"),
        "/aws/lambda/order-relay-local-F"
    );
    assert_eq!(log_group("LoggingConfig: { LogGroup: mine }"), "mine");
}
