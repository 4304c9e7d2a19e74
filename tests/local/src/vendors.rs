//! The stand-ins of the vendors and of the ERP, each listening.

use host::{Clock, Gate, Server};
use simulators::{Ecat, Erp, RepSpark, SparkLayer, Spectrum, Spreadshirt};

use crate::logins::{
    CLIENT_KEY, ECAT_PASSWORD, ECAT_USERNAME, ENVIRONMENT_KEY, ERP_TOKEN, SPARKLAYER_CLIENT,
    SPARKLAYER_SECRET, SPECTRUM_TOKEN, SPREADSHIRT_KEY, SPREADSHIRT_PASSWORD, SPREADSHIRT_SECRET,
    SPREADSHIRT_USERNAME,
};
use crate::settings::{ECAT_ORG, SPARKLAYER_SITE, SPREADSHIRT_PARTNER, StackError};
use crate::stack::{loopback, port};
use crate::wiring::Vendors;

/// All of them, and where they listen.
pub(crate) struct StandIns {
    pub(crate) repspark: RepSpark,
    pub(crate) erp: Erp,
    pub(crate) ecat: Ecat,
    pub(crate) sparklayer: SparkLayer,
    pub(crate) spreadshirt: Spreadshirt,
    pub(crate) spectrum: Spectrum,
    pub(crate) urls: Vendors,
    pub(crate) servers: Vec<Server>,
}

impl StandIns {
    /// On these ports: RepSpark's, the ERP's, eCat's, SparkLayer's, Spreadshirt's and Spectrum's; 0 is any free one.
    pub(crate) async fn start(clock: &Clock, gate: &Gate, ports: [u16; 6]) -> Result<Self, StackError> {
        let (clock, gate) = (|| clock.clone(), || gate.clone());
        let [orders, books, cat, shop, maker, factory] = ports;
        let repspark = RepSpark::new(clock(), gate(), CLIENT_KEY, ENVIRONMENT_KEY);
        let served = repspark.serve(loopback(orders)).await;
        let repspark_server = served.map_err(port("RepSpark's port", orders))?;
        let erp = Erp::new(clock(), gate(), ERP_TOKEN);
        let served = erp.serve(loopback(books)).await;
        let erp_server = served.map_err(port("the ERP's port", books))?;
        let ecat = Ecat::new(clock(), gate(), ECAT_ORG, ECAT_USERNAME, ECAT_PASSWORD);
        let served = ecat.serve(loopback(cat)).await;
        let ecat_server = served.map_err(port("eCat's port", cat))?;
        let client = (SPARKLAYER_CLIENT, SPARKLAYER_SECRET);
        let sparklayer = SparkLayer::new(clock(), gate(), SPARKLAYER_SITE, client.0, client.1);
        let served = sparklayer.serve(loopback(shop)).await;
        let sparklayer_server = served.map_err(port("SparkLayer's port", shop))?;
        let application = (SPREADSHIRT_KEY, SPREADSHIRT_SECRET);
        let user = (SPREADSHIRT_USERNAME, SPREADSHIRT_PASSWORD);
        let spreadshirt = Spreadshirt::new(clock(), gate(), SPREADSHIRT_PARTNER, application, user);
        let served = spreadshirt.serve(loopback(maker)).await;
        let spreadshirt_server = served.map_err(port("Spreadshirt's port", maker))?;
        let spectrum = Spectrum::new(clock(), gate(), SPECTRUM_TOKEN);
        let served = spectrum.serve(loopback(factory)).await;
        let spectrum_server = served.map_err(port("Spectrum's port", factory))?;
        let urls = Vendors {
            repspark: format!("{}/api", repspark_server.url()),
            erp: format!("{}/erp", erp_server.url()),
            ecat: ecat_server.url(),
            sparklayer: sparklayer_server.url(),
            spreadshirt: Spreadshirt::base_url(&spreadshirt_server),
            spectrum: spectrum_server.url(),
        };
        Ok(Self {
            repspark,
            erp,
            ecat,
            sparklayer,
            spreadshirt,
            spectrum,
            urls,
            servers: vec![
                repspark_server,
                erp_server,
                ecat_server,
                sparklayer_server,
                spreadshirt_server,
                spectrum_server,
            ],
        })
    }
}
