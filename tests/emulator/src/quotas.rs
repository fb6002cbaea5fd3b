//! Service Quotas, as far as Fargate goes.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::account::Quotas;
use crate::arn;
use crate::refusal::Refusal;
use crate::world::Context;

const FARGATE: &str = "fargate";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetRequest {
    service_code: String,
    quota_code: String,
}

pub(crate) fn get_service_quota(
    quotas: &Quotas,
    context: &Context,
    request: &GetRequest,
) -> Result<Value, Refusal> {
    let known = all(quotas, context).into_iter();
    let mut asked = known.filter(|quota| {
        request.service_code == FARGATE && quota["QuotaCode"] == request.quota_code.as_str()
    });
    let quota = asked.next().ok_or_else(no_such_resource)?;
    Ok(json!({"Quota": quota}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListRequest {
    service_code: String,
}

pub(crate) fn list_service_quotas(
    quotas: &Quotas,
    context: &Context,
    request: &ListRequest,
) -> Result<Value, Refusal> {
    if request.service_code != FARGATE {
        return Err(no_such_resource());
    }
    Ok(json!({"Quotas": all(quotas, context)}))
}

fn no_such_resource() -> Refusal {
    Refusal::new(
        "NoSuchResourceException",
        "The request failed because the specified service does not exist.",
    )
}

fn all(quotas: &Quotas, context: &Context) -> [Value; 2] {
    [
        (
            "L-3032A538",
            "Fargate On-Demand vCPU resource count",
            quotas.on_demand_vcpus,
        ),
        (
            "L-36FBB829",
            "Fargate Spot vCPU resource count",
            quotas.spot_vcpus,
        ),
    ]
    .map(|(code, name, value)| {
        json!({
            "ServiceCode": FARGATE,
            "ServiceName": "AWS Fargate",
            "QuotaArn": arn::new("servicequotas", &context.region, &format!("{FARGATE}/{code}")),
            "QuotaCode": code,
            "QuotaName": name,
            "Value": value,
            "Unit": "None",
            "Adjustable": true,
            "GlobalQuota": false,
        })
    })
}
